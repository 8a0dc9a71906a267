// What the host (`../wasm.ts`) writes for a measurement, field by field in this order. What ends in At is an address of bytes.

/** A family of scenarios and its tail. */
@unmanaged
export class Family {
  offset: i32;
  count: i32;
  /** 0 for a family without a tail, whose worst damped P&L counts. */
  kept: i32;
  whole: i32;
  part: f64;
  mass: f64;
  /** Where to begin looking for the tail: see `candidatesOf`. */
  depth: f64;
}

/** Accounts of a book, the cube they are measured in, what is measured, and room for what is found on the way. */
@unmanaged
export class Measurement {
  instruments: i32;
  cubeAt: i32;
  /** The cube in single precision, in tiles of 32 scenarios, and the largest P&L of each instrument in it. */
  screenAt: i32;
  largestAt: i32;

  /** Entries: an instrument each, and lots in double and in single precision. */
  instrumentAt: i32;
  lotsAt: i32;
  screenLotsAt: i32;
  /** Where each group begins among the entries, and each account among the groups. */
  groups: i32;
  offsetsAt: i32;
  accounts: i32;
  firstAt: i32;

  families: i32;
  familiesAt: i32;
  dampingAt: i32;
  /** Tiles of 32 scenarios up to the end of all tails; tiles of 16 with the families without one. */
  screenTiles: i32;
  dampedTile: i32;
  dampedTiles: i32;

  /** P&L by group in single precision, and the least of every 16; in double precision where it is damped. Each with room for one row more. */
  screenRowsAt: i32;
  screenLeastAt: i32;
  dampedRowsAt: i32;
  /** Numbers of the longest family: in double and in single precision, and indices. */
  exactAt: i32;
  valuesAt: i32;
  indicesAt: i32;

  /** Results: losses by group and family, and by account and family; the worst scenario by account. */
  groupLossAt: i32;
  jointLossAt: i32;
  worstAt: i32;
}
