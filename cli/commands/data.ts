import { Command } from "commander";

export function dataCommand(): Command {
  return new Command("data").description("list, check and import the market data the replays run on");
}
