import { z } from "zod";
import { ATTACK_OUTPUT } from "../attack/output.ts";
import { GOVERNANCE } from "../attack/shape.ts";
import { BACKTEST_OUTPUT } from "../backtest/summary.ts";
import { CERTIFICATE_FILE, VALIDATORS } from "../certificate/shape.ts";
import { CHECK_OUTPUT } from "../checks/output.ts";
import { LIVE_PARAMS_OUTPUT } from "../live/output.ts";
import { DERIVE_INPUT, DERIVE_OUTPUT } from "../margin/derive-schema.ts";
import { PEER_INPUT, PEER_OUTPUT } from "../margin/peer-schema.ts";
import { MARGIN_INPUT, MARGIN_OUTPUT } from "../margin/schema.ts";
import { PEERS_RECORD } from "../peers/output.ts";
import { DEPLOYMENT } from "../proposal/deployment.ts";
import { EVIDENCE } from "../proposal/evidence.ts";
import { POLICY } from "../proposal/policy.ts";
import { AMOUNT, PROPOSAL } from "../proposal/proposal-shape.ts";
import { VERIFY_LEAF_OUTPUT, VERIFY_OUTPUT } from "../proposal/verify-output.ts";
import { REHEARSE_OUTPUT } from "../rehearsal/output.ts";

/** By file name in `schemas/`: what each file a person or a program writes has to look like. */
const SCHEMAS = {
  "proposal.schema.json": PROPOSAL,
  "policy.schema.json": POLICY,
  "deployment.schema.json": DEPLOYMENT,
  "governance.schema.json": GOVERNANCE,
  "evidence.schema.json": EVIDENCE,
  "certificate.schema.json": CERTIFICATE_FILE,
  "validators.schema.json": VALIDATORS,
  "backtest-output.schema.json": BACKTEST_OUTPUT,
  "check-output.schema.json": CHECK_OUTPUT,
  "attack-output.schema.json": ATTACK_OUTPUT,
  "verify-output.schema.json": VERIFY_OUTPUT,
  "verify-leaf-output.schema.json": VERIFY_LEAF_OUTPUT,
  "params-rpc-output.schema.json": LIVE_PARAMS_OUTPUT,
  "rehearse-output.schema.json": REHEARSE_OUTPUT,
  "margin-input.schema.json": MARGIN_INPUT,
  "margin-output.schema.json": MARGIN_OUTPUT,
  "margin-input-derive-pmrm2.schema.json": DERIVE_INPUT,
  "margin-output-derive-pmrm2.schema.json": DERIVE_OUTPUT,
  "margin-input-peer.schema.json": PEER_INPUT,
  "margin-output-peer.schema.json": PEER_OUTPUT,
  "peers.schema.json": PEERS_RECORD,
} as const;

/**
 * The JSON Schemas of `schemas/`, made from the same zod types that read the files. A test holds the committed ones against these.
 *
 * @returns draft 2020-12, by file name
 * @example jsonSchemas()["policy.schema.json"]
 */
export function jsonSchemas(): Record<string, unknown> {
  return Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchema(schema)]));
}

function jsonSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: made }) => {
      if (zodSchema === (AMOUNT as z.core.$ZodType) || isAmountDefault(zodSchema)) {
        for (const key of Object.keys(made)) if (key !== "description") delete made[key];
        made.anyOf = [
          { type: "integer", minimum: 0 },
          { type: "string", pattern: "^[0-9]+(\\.[0-9]+)? ?[a-zA-Z%/ ]+$" },
        ];
      }
    },
  });
}

/** A default of an amount is what the reader makes of it, not what a file holds. */
function isAmountDefault(schema: z.core.$ZodType): boolean {
  const definition = (schema as z.core.$ZodTypes)._zod.def;
  return definition.type === "default" && definition.innerType === (AMOUNT as z.core.$ZodType);
}
