export const USERNAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** As the issuer's policy has it: 12 characters, upper and lower case, a digit, a symbol. */
export const STRONG_PASSWORD = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{12,}$/
