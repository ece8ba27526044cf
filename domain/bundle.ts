import { z } from 'zod';

const Layout = z.enum(['NHWC', 'NCHW']);
/** `unit` is x / 255; `minmax` stretches each image to [0, 1]. */
const Scaling = z.enum(['unit', 'minmax']);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');
const FileName = z.string().regex(/^[\w][\w.-]*$/, 'must be a plain file name inside the bundle');
/** It becomes part of a NATS subject and of object keys. */
const Token = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, hyphens or underscores');

const Input = z.strictObject({ name: z.string().min(1), layout: Layout, scaling: Scaling });
const Output = z.strictObject({ name: z.string().min(1), tumourChannel: z.int().min(0) });

const Detection = z.strictObject({
  file: FileName,
  sha256: Sha256,
  input: Input,
  output: Output,
  patchPx: z.int().positive(),
  /** um/px of the detection plane. */
  mpp: z.number().positive(),
  /** A level this near to `mpp` (a share of it) is used as it is. */
  mppTolerance: z.number().min(0).max(0.5),
  threshold: z.number().min(0).max(1),
  /** Patches a call on an accelerator. */
  batch: z.int().positive(),
});

const RefinementInputs = z.union([
  z.strictObject({
    image: Input,
    /** Left out by a network that looks at the slide alone. */
    heatmap: z.strictObject({ name: z.string().min(1), layout: Layout }).optional(),
  }),
  z.strictObject({
    stacked: z.strictObject({
      name: z.string().min(1),
      layout: Layout,
      scaling: Scaling,
      order: z.tuple([z.enum(['image', 'heatmap']), z.enum(['image', 'heatmap'])]),
    }),
  }),
]);

const Refinement = z.strictObject({
  file: FileName,
  sha256: Sha256,
  inputs: RefinementInputs,
  output: Output,
  sizePx: z.int().positive(),
  threshold: z.number().min(0).max(1),
});

/** `bundle.json`: one detection network and, unless it is a detection-only bundle, one refinement network. */
export const BundleManifest = z.strictObject({
  schema: z.literal('h2g-bundle/1'),
  id: Token,
  version: Token,
  licence: z.string().min(1),
  intendedUse: z.string().min(1),
  detection: Detection,
  refinement: Refinement.optional(),
});
export type BundleManifest = z.infer<typeof BundleManifest>;
export type DetectionStage = z.infer<typeof Detection>;
export type RefinementStage = z.infer<typeof Refinement>;

/** Which bundle a run uses: its digest is that of its manifest, which holds the digests of its files. */
export interface BundleRef {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  /** The folder, as `file:` or `s3:` URL with a slash at its end. */
  readonly url: string;
}

/** The bundle's name in subjects, consumers and logs; the digest keeps two bundles of one version apart. */
export const modelToken = ({ id, version, digest }: Omit<BundleRef, 'url'>): string =>
  `${id}-${version}-${digest.slice(0, 8)}`.replaceAll('.', '_');
