import { describe, expect, it } from "vitest";
import { BOOK_COLUMNS, bookFrom } from "../../cli/backtest/book-file.ts";

const HEADER = BOOK_COLUMNS.join(",");
const ALICE = "alice,covered-call writer,1.5,0.5,0.8,6,0.4,0.6,0,0";
const book = (...rows: string[]) => bookFrom([HEADER, ...rows, ""].join("\n"), "book.csv");

describe("a book of real accounts", () => {
  it("is one row per position, accounts in the order they appear", () => {
    const found = book(`${ALICE},option,ETH,call,1.1,720,-50000`, "bob,basis trader,1,0,1,0,1,0,0,0,future,BTC,,,2160,-20000", `${ALICE},hedge,ETH,,,,0.95`);
    expect(found).toEqual({
      name: "book.csv",
      fundUsd: 0,
      accounts: [
        {
          id: "alice",
          archetype: "covered-call writer",
          cushion: 1.5,
          collateral: { USDC: 0.4, ETH: 0.6 },
          reserve: 0.5,
          response: { probability: 0.8, delayHours: 6 },
          positions: [
            { kind: "option", underlying: "ETH", right: "call", strike: { moneyness: 1.1 }, tenorHours: 720, notionalUsd: -50_000 },
            { kind: "hedge", underlying: "ETH", share: 0.95 },
          ],
        },
        {
          id: "bob",
          archetype: "basis trader",
          cushion: 1,
          collateral: { USDC: 1 },
          reserve: 0,
          response: { probability: 1, delayHours: 0 },
          positions: [{ kind: "future", underlying: "BTC", tenorHours: 2160, notionalUsd: -20_000 }],
        },
      ],
    });
  });

  it.each([
    ["no rows", HEADER, "BOOK_EMPTY", undefined, undefined],
    ["a missing column", `${HEADER.replace(",size", "")}\n${ALICE},perp,ETH,,,`, "BOOK_COLUMN_MISSING", 1, "size"],
    ["a row too short", `${HEADER}\n${ALICE},perp`, "BOOK_CSV_INVALID", 2, undefined],
    ["NaN", `${HEADER}\n${ALICE},perp,ETH,,,,NaN`, "BOOK_CELL_INVALID", 2, "size"],
    ["hexadecimal", `${HEADER}\n${ALICE},perp,ETH,,,,0xff`, "BOOK_CELL_INVALID", 2, "size"],
    ["nothing for a size", `${HEADER}\n${ALICE},perp,ETH,,,,0`, "BOOK_CELL_INVALID", 2, "size"],
    ["an unknown kind", `${HEADER}\n${ALICE},swap,ETH,,,,1`, "BOOK_CELL_INVALID", 2, "kind"],
    ["an option without a right", `${HEADER}\n${ALICE},option,ETH,,1,24,1`, "BOOK_CELL_INVALID", 2, "right"],
    ["a cushion below its margin", `${HEADER}\n${ALICE.replace("1.5", "0.9")},perp,ETH,,,,1`, "BOOK_CELL_INVALID", 2, "cushion"],
    ["shares of collateral beyond one", `${HEADER}\n${ALICE.replace("0.4", "0.5")},perp,ETH,,,,1`, "BOOK_CELL_INVALID", 2, "usdc"],
    [
      "an account that contradicts itself",
      `${HEADER}\n${ALICE},perp,ETH,,,,1\n${ALICE.replace("0.8", "0.7")},perp,ETH,,,,1`,
      "BOOK_ACCOUNT_DISAGREES",
      3,
      "answers",
    ],
  ])("refuses %s, with its line", (_name, text, code, line, field) => {
    expect(() => bookFrom(text, "book.csv")).toThrow(
      expect.objectContaining({
        code,
        where: expect.objectContaining({ file: "book.csv", ...(line === undefined ? {} : { line }), ...(field === undefined ? {} : { field }) }),
      }),
    );
  });
});
