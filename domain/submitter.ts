/** What the scheduler takes as the name of a share. */
const MOST_BYTES = 64;

export const SUBMITTER_RULE = `1 to ${MOST_BYTES} bytes without control characters, such as "frozen-section-lab"`;

export const isSubmitter = (text: string): boolean =>
  /^[^\p{Cc}]+$/u.test(text) && new TextEncoder().encode(text).length <= MOST_BYTES;
