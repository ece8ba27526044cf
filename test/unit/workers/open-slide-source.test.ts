import { describe, expect, it } from 'vitest';
import { createSlideSourceOpener } from '../../../workers/open-slide-source.ts';

/** What opening a slide throws; no place in these tests holds one. */
async function refusalOf(address: string, prefix: string): Promise<unknown> {
  const s3 = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'h2g', accessKey: 'a', secretKey: 'b' };
  const opener = createSlideSourceOpener({ s3, allowFileSlides: true, slidePrefixes: [prefix] });
  const thrown: unknown = await opener.open(new URL(address)).catch((error: unknown) => error);
  opener.close();
  return thrown;
}

describe('H2G_SLIDE_PREFIXES', () => {
  it.each([
    ['file:///no-such-place.evil/x.svs', 'file:///no-such-place'],
    ['file:///no-such-place/../x.svs', 'file:///no-such-place/'],
    ['http://127.0.0.1.evil.invalid/x.svs', 'http://127.0.0.1'],
  ])('refuses %s where %s is allowed', async (address, prefix) => {
    expect(await refusalOf(address, prefix)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('may lie only under'),
    });
  });

  it.each(['file:///no-such-place', 'file:///no-such-place/', 'file:///no-such-place/x.svs'])(
    'lets a slide below %s through',
    async (prefix) => {
      expect(await refusalOf('file:///no-such-place/x.svs', prefix)).toMatchObject({ code: 'slide-missing' });
    },
  );
});
