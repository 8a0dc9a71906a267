import { plural } from "../report/format.ts";
import type { Check } from "./check.ts";
import { surroundingsOf } from "./surroundings.ts";

export const metamorphic: Check = {
  id: "metamorphic",
  title: "No contract that is called can become another one",
  why: "Code that can destroy itself, borrow other code or be made again at its address is not the code that is read before the vote.",
  incident: "Tornado Cash, May 2023: SELFDESTRUCT and CREATE2 put other code at the proposal's address after the vote; 1.2 million votes were made up.",
  fix: "Call contracts without SELFDESTRUCT, DELEGATECALL and CREATE2 only, behind no proxy and no delegation.",
  severity: "error",
  kind: "check",
  file: "payload/governor.json",
  async run(context, emit) {
    const { targets } = await surroundingsOf(context);
    for (const { address, dangers } of targets) {
      const shown = dangers.slice(0, SHOWN).join(", ");
      const more = dangers.length > SHOWN ? ` and ${dangers.length - SHOWN} more` : "";
      if (dangers.length > 0) emit({ message: `The code at ${address} can become, or run, other code: ${shown}${more}.` });
    }
    const known = targets.filter(({ pinned }) => pinned !== undefined).length;
    return `the code of ${plural(targets.length, "called address", "called addresses")}, ${known} of them known byte for byte`;
  },
};

const SHOWN = 3;
