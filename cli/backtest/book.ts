import { resolve } from "node:path";
import type { Book } from "../../sim/replay/book.ts";
import { seededPopulation } from "../../sim/replay/index.ts";
import type { Policy } from "../proposal/policy.ts";
import { readBookFile } from "./book-file.ts";
import { hashOf } from "./canonical.ts";

/** Where the accounts of a replay come from: drawn anew for every seed, or the same ones from a file. Plain values, for worker threads. */
export type BookSource = { readonly accounts: number; readonly fundUsd?: number | undefined } | { readonly book: Book };

/**
 * The book a policy names: a population that every seed draws for itself, or a file of accounts beside the policy, the same for all seeds.
 *
 * @param policyFolder what a book's file name is relative to
 * @throws BallastError those of `readBookFile`
 * @example drawBook(await bookSource({ population: "default", accounts: 125 }, "proposals"), 3).accounts.length // 125
 */
export async function bookSource(book: Policy["book"], policyFolder: string): Promise<BookSource> {
  if (!("file" in book)) return { accounts: book.accounts, fundUsd: book.fundUsd };
  return { book: withFund(await readBookFile(resolve(policyFolder, book.file)), book.fundUsd) };
}

/**
 * The book of one seed.
 *
 * @throws BallastError POPULATION_INVALID
 */
export function drawBook(source: BookSource, seed: number): Book {
  return "book" in source ? source.book : withFund(seededPopulation({ accounts: source.accounts, seed }), source.fundUsd);
}

/** The hash of every book that the seeds are replayed with. */
export function booksHash(source: BookSource, seeds: readonly number[]): `0x${string}` {
  return hashOf("book" in source ? source.book : seeds.map((seed) => drawBook(source, seed)));
}

function withFund(book: Book, fundUsd: number | undefined): Book {
  return fundUsd === undefined ? book : { ...book, fundUsd };
}
