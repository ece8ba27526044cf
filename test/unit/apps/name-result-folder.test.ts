import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FolderNames, resultFolderName } from '../../../apps/cli/run/name-result-folder.ts';

describe('resultFolderName', () => {
  it.each([
    ['slide.svs', 'slide'],
    ['a.b.tif', 'a.b'],
    ['Müller, Präparat 3 😀.svs', 'Müller, Präparat 3 😀'],
    ['no extension', 'no extension'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..', 'slide'],
    ['.svs', 'svs'],
    ['a\u0000b\nc.svs', 'a_b_c'],
    ['C:\\scans\\1.svs', 'C__scans_1'],
    ['NUL.tif', 'slide-NUL'],
    ['trailing. .svs', 'trailing'],
    ['👩\u200d🔬.svs', '👩\u200d🔬'],
    ['\u202egnp.svs', '_gnp'],
  ])('of %j is %j', (name, folder) => {
    expect(resultFolderName(name)).toBe(folder);
  });

  it('writes an umlaut in one way, however the file system spells it', () => {
    expect(resultFolderName('Mu\u0308ller.svs')).toBe('M\u00fcller');
  });

  it('is never anything but one plain folder name that file systems take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }), (name) => {
        const folder = resultFolderName(name);
        expect(Array.from(folder).every((character) => !'/\\'.includes(character) && character >= ' ')).toBe(true);
        expect(['', '.', '..']).not.toContain(folder);
        expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(206);
      }),
    );
  });
});

describe('FolderNames', () => {
  it('gives a name to one run only, whatever the case of its letters', () => {
    const names = new FolderNames();
    expect(names.take('Slide', 'run1')).toBe(true);
    expect(names.take('slide', 'run2')).toBe(false);
    expect(names.take('slide', 'run1')).toBe(true);
  });
});
