import { type Hex, hexToBytes } from "viem";

/** Instructions by which the code at an address can become, or run, other code. */
const NAMES: Readonly<Record<number, string>> = { 240: "CREATE", 242: "CALLCODE", 244: "DELEGATECALL", 245: "CREATE2", 255: "SELFDESTRUCT" };
const STOP = 0x00;
const JUMP = 0x56;
const JUMPDEST = 0x5b;
const PUSH1 = 0x60;
const PUSH32 = 0x7f;
const RETURN = 0xf3;
const REVERT = 0xfd;
const INVALID = 0xfe;
const SELFDESTRUCT = 0xff;
const ENDS: ReadonlySet<number> = new Set([STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT]);

/** The account's code is that of another address, and its key can point it elsewhere at any time (EIP-7702). */
const DELEGATION = /^0xef0100[0-9a-f]{40}$/i;

/** An instruction that a run of the code can come to. */
export interface DangerousOpcode {
  readonly name: string;
  /** Byte of the code it stands at. */
  readonly at: number;
}

/**
 * Every instruction of runtime code by which it can become, or run, other code, where a run can come to it at all. The bytes of a PUSH are
 * data, as the EVM takes them; after an instruction that ends a run nothing is code until the next JUMPDEST.
 *
 * solc puts a hash of its input behind the code, which may hold any byte. It is not left out: where it holds a JUMPDEST it could be run.
 * Whoever knows the code byte for byte does not need this function.
 *
 * @example dangerousOpcodes("0x60ff00"); // []: PUSH1 0xff, STOP
 * @example dangerousOpcodes("0x33ff"); // [{ name: "SELFDESTRUCT", at: 1 }]
 */
export function dangerousOpcodes(code: Hex): DangerousOpcode[] {
  if (DELEGATION.test(code)) return [{ name: "EIP-7702 delegation", at: 0 }];
  const bytes = hexToBytes(code);
  const found: DangerousOpcode[] = [];
  let live = true;
  for (let at = 0; at < bytes.length; at++) {
    const opcode = bytes[at] ?? STOP;
    if (opcode === JUMPDEST) live = true;
    const name = live ? NAMES[opcode] : undefined;
    if (name !== undefined) found.push({ name, at });
    if (ENDS.has(opcode)) live = false;
    if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return found;
}
