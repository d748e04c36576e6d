/** Version of the relayer's API and store. */
export const VERSION = "0.1.0";
