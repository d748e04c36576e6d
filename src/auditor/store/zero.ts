/** SQL of 32 bytes of zero: the root of an empty tree, the pointer of a first leaf. */
export const ZERO_HASH_SQL = "unhex(repeat('00', 32))";
/** SQL of the address where stones come from and go to. */
export const ZERO_ADDRESS_SQL = "unhex(repeat('00', 20))";
