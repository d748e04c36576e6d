/** A random number below 2^63: tells two intents apart. */
export function randomNonce(): bigint {
  const [value] = crypto.getRandomValues(new BigUint64Array(1));
  return (value as bigint) >> 1n;
}

/** A random number of 88 bits: more than anybody can guess, and within the contract's 96. */
export function randomSalt(): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(11));
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
