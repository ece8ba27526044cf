import { H2gError } from '../../domain/error.ts';

/** An object's place. `key` is the name as the store holds it, nothing escaped. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

const refuse = (message: string): never => {
  throw new H2gError({
    code: 'usage',
    message,
    hint: 'Write s3://bucket/key; in the key, percent-encode %, ? and # (as %25, %3F and %23).',
  });
};

/**
 * The URL of an object; every character of its key survives the way there and back.
 * @throws H2gError `usage` for a key with `.` or `..` as one of its parts, which URLs would resolve to another object
 * @example s3Url({ bucket: 'h2g', key: 'slides/Präparat 1#2.svs' }).href // 's3://h2g/slides/Pr%C3%A4parat%201%232.svs'
 */
export function s3Url({ bucket, key }: S3Location): URL {
  const url = new URL(`s3://${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`);
  const back = s3Location(url);
  if (back.key !== key || back.bucket !== bucket)
    refuse(`The object "${key}" in bucket "${bucket}" cannot be written as a URL.`);
  return url;
}

/** @throws H2gError `usage` when it is not `s3://bucket/key` */
export function s3Location(url: URL): S3Location {
  if (url.protocol !== 's3:') refuse(`"${url.href}" is not an s3:// URL.`);
  if (url.search !== '' || url.hash !== '') refuse(`"${url.href}" has a ? or # that belongs to no S3 object.`);
  const key = decodePath(url);
  if (url.host === '' || key === '') refuse(`"${url.href}" names no object.`);
  return { bucket: url.host, key };
}

/** Where a listing begins; an empty key is the whole bucket. @throws H2gError `usage` when it is not `s3://bucket/` or `s3://bucket/prefix/` */
export function prefixLocation(url: URL): S3Location {
  if (url.protocol !== 's3:' || url.host === '' || !url.pathname.endsWith('/'))
    refuse(`"${url.href}" is not a prefix such as s3://bucket/folder/.`);
  return { bucket: url.host, key: decodePath(url) };
}

function decodePath(url: URL): string {
  try {
    return decodeURIComponent(url.pathname.slice(1));
  } catch {
    return refuse(`"${url.href}" is not percent-encoded as URLs are.`);
  }
}
