/** Colours of text and lines around the pictures. */
export const INK = '#1d2230';
export const FAINT = '#5d6475';
