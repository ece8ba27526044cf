import { slideError } from '../slide-error.ts';

export interface VendorFacts {
  readonly description: string;
  readonly software: string;
  readonly hamamatsu: boolean;
}

/** Formats in TIFF's clothes whose tiles overlap, are shifted or are padded: read as plain TIFF their scale or place would be wrong. */
const VENDORS: readonly { readonly name: string; readonly is: (facts: VendorFacts) => boolean }[] = [
  { name: 'Hamamatsu NDPI', is: ({ hamamatsu }) => hamamatsu },
  { name: 'Leica SCN', is: ({ description }) => description.includes('http://www.leica-microsystems.com/scn') },
  {
    name: 'Ventana BIF',
    is: ({ description }) => /^level=\d+ mag=/m.test(description) || description.includes('<iScan'),
  },
  { name: 'Trestle', is: ({ software }) => software.startsWith('MedScan') },
  { name: 'Philips TIFF', is: ({ software }) => software.startsWith('Philips') },
];

/** Throws `slide-unsupported` with the vendor's name. */
export function refuseVendors(name: string, facts: VendorFacts): void {
  const vendor = VENDORS.find(({ is }) => is(facts));
  if (vendor)
    throw slideError('slide-unsupported', name, `is a ${vendor.name} slide, which H2G-Flow does not read yet.`);
}
