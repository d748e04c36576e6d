/** Version of the services' APIs and stores. */
export const VERSION = "0.1.0";
