import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { zeroAddress } from "viem";
import { ROLES } from "../../chain/deploy.ts";
import { GOVERNANCE } from "../../chain/settings.ts";
import { assetsOf, namedSpecs } from "../../chain/specs.ts";
import { initialParameters, REQUIREMENT_LIMITS } from "../../sim/parameters/index.ts";

/**
 * The whole system, wired: the governor the timelock's only proposer and canceller, execution open to everyone, and no admin
 * left. The parameters come from the table and belong to the timelock from their first block.
 *
 * `receiver` gets the whole supply of the vote; `guardian` may cancel proposals and nothing else; `council` may tighten parameters for a while;
 * `validators`, ascending, certify
 * what a change does, and have no default: nobody certifies by accident.
 *
 * @example
 * npx hardhat ignition deploy ignition/modules/Ballast.ts --parameters parameters.json5 --network …
 */
export default buildModule("Ballast", (m) => {
  const deployer = m.getAccount(0);
  const receiver = m.getParameter("receiver", m.getAccount(1));
  const guardian = m.getParameter("guardian", m.getAccount(2));
  const council = m.getParameter("council", m.getAccount(4));
  const validators = m.getParameter<string[]>("validators");
  const { tokenName, tokenSymbol, tokenSupply, governorName, votingDelay, votingPeriod, proposalThreshold, quorumPercent, lateQuorumExtension } = GOVERNANCE;
  const { timelockDelay, validatorThreshold } = GOVERNANCE;

  const token = m.contract("RiskToken", [tokenName, tokenSymbol, receiver, tokenSupply]);
  // The zero address as executor opens execution to everyone; the deployer is admin only until the roles are wired.
  const timelock = m.contract("TimelockController", [timelockDelay, [], [zeroAddress], deployer]);
  const evidenceRegistry = m.contract("EvidenceRegistry", [timelock, validators, m.getParameter("validatorThreshold", validatorThreshold)]);
  const parameters = m.contract("RiskParameters", [
    timelock,
    evidenceRegistry,
    namedSpecs().map(({ name, spec }) => ({ name, spec: { ...spec } })),
    assetsOf(initialParameters()).map(({ kind, scope, values }) => ({ kind, scope, values: [...values] })),
    { ...REQUIREMENT_LIMITS },
    { council, guardian, limits: { ...GOVERNANCE.steward } },
  ]);
  const governor = m.contract("RiskGovernor", [
    token,
    timelock,
    parameters,
    { name: governorName, votingDelay, votingPeriod, proposalThreshold, quorumPercent, lateQuorumExtension, guardian },
  ]);

  const steward = m.contractAt("RiskSteward", m.staticCall(parameters, "steward"));
  const granted = ["PROPOSER_ROLE", "CANCELLER_ROLE"].map((role) => m.call(timelock, "grantRole", [ROLES[role] ?? "", governor], { id: `grant_${role}` }));
  m.call(timelock, "renounceRole", [ROLES.DEFAULT_ADMIN_ROLE ?? "", deployer], { id: "renounce_admin", after: granted });
  return { token, timelock, evidenceRegistry, parameters, governor, steward };
});
