import { describe, expect, it } from "vitest";
import { EVIDENCE_PROVOCATIONS } from "./provocations/evidence.ts";
import { GOVERNOR_PROVOCATIONS } from "./provocations/governor.ts";
import { PARAMETERS_PROVOCATIONS } from "./provocations/parameters.ts";
import { artifacts, type Provocations } from "./provocations/refusals.ts";
import { STEWARD_PROVOCATIONS } from "./provocations/steward.ts";

/** One provocation for every custom error of ours. */
const ALL: Provocations = { ...PARAMETERS_PROVOCATIONS, ...GOVERNOR_PROVOCATIONS, ...EVIDENCE_PROVOCATIONS, ...STEWARD_PROVOCATIONS };

describe("every custom error is provoked", () => {
  it.each(Object.entries(ALL))("%s", async (name, [provoke, args]) => {
    expect(await provoke()).toEqual({ name, args });
  });

  it("and there is no other in our contracts", () => {
    const { TimelockController: _, ...contracts } = artifacts;
    const ours = Object.values(contracts).flatMap(({ abi }) =>
      abi.flatMap((item) => (item.type === "error" && /^(Risk|Evidence)[A-Za-z]+_/.test(item.name) ? [item.name] : [])),
    );
    expect(Object.keys(ALL).sort()).toEqual([...new Set(ours)].sort());
  });
});
