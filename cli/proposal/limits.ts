import { z } from "zod";

const share = (doc: string) => z.number().min(0).optional().meta({ description: doc });
const DAY = 86_400;

/**
 * What the checks beside the gates allow. Nothing has a default here: what the policy says is hashed into the evidence, and a default would change the
 * hash of a policy that says nothing. `limitsOf` fills in.
 */
export const LIMITS = z
  .strictObject({
    marginDecrease: share("joint-margin: the most by which the initial margin of a reference portfolio may fall, as a fraction; 0.25 where absent."),
    marginIncrease: share("joint-margin: the most by which it may rise; 0.75 where absent."),
    shockWithoutRamp: share(
      "ramp: the share of accounts or of notional that a change may make liquidatable without a ramp of at least `rampSeconds`; 0.001 where absent.",
    ),
    rampSeconds: z
      .int()
      .min(0)
      .max(604_800)
      .optional()
      .meta({ description: "ramp: the shortest ramp of a change with a larger shock, seconds; a day where absent." }),
    treasuryShare: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .meta({ description: "treasury: the share of the timelock's ether or tokens that a proposal may move; 0 where absent." }),
    gasShare: z.number().gt(0).max(1).optional().meta({ description: "gas: the share of what one transaction may use; 0.95 where absent." }),
    similarity: z.number().gt(0).max(1).optional().meta({
      description: "duplicate-spam: from which share of equal changes, of all that two proposals make, they are the same; 0.8 where absent.",
    }),
    driftSteps: z.number().min(1).optional().meta({
      description: "drift: how many of its largest steps a parameter may have loosened over its last changes together, this one among them; 2 where absent.",
    }),
    driftChanges: z.int().min(2).max(100).optional().meta({ description: "drift: how many changes of a parameter are looked at together; 4 where absent." }),
  })
  .meta({ description: "What the checks beside the gates allow." });

export type Limits = { readonly [Name in keyof z.output<typeof LIMITS>]-?: number };

/** Each limit with its reason. */
const DEFAULTS: Limits = {
  // Measured at the end of the shipped data, from the initial parameters: no single step that the chain takes moves a reference portfolio by more than −22 %
  // (horizon) or +63 % (confidence), but for the one from expected shortfall to value at risk (−30 %), which is no step but another measure. What goes further is
  // several steps at once.
  marginDecrease: 0.25,
  marginIncrease: 0.75,
  // A tenth of what the shipped policy's gate on the execution shock lets through: one account in a thousand is nobody in a book of this size.
  shockWithoutRamp: 0.001,
  // What `ballast draft` writes: everybody has had one working day to add collateral.
  rampSeconds: DAY,
  // A change of parameters moves no money.
  treasuryShare: 0,
  // Aave's rule for its payloads: a block's gas limit may be lower on the day.
  gasShare: 0.95,
  // Four changes of five the same: a voter reads the second one as the first.
  similarity: 0.8,
  // At a cooldown of a week, four changes are a month: twice the largest step in it is a pace, four times is a walk.
  driftSteps: 2,
  driftChanges: 4,
};

/**
 * The limits of a policy, with the defaults where it says nothing.
 *
 * @example limitsOf({}).gasShare // 0.95
 */
export function limitsOf({ limits }: { readonly limits?: z.output<typeof LIMITS> | undefined }): Limits {
  const given = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}
