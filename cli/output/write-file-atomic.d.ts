// The package ships no types; only the call that is used is declared.
declare module "write-file-atomic" {
  function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void>;
  export default writeFileAtomic;
}
