import { describe, expect, it } from 'vitest';
import { readScale, type ScaleFacts } from '../../../../slides/tiff/read-scale.ts';

const scaleOf = (facts: Partial<ScaleFacts>): ReturnType<typeof readScale> =>
  readScale({ description: '', xResolution: undefined, yResolution: undefined, resolutionUnit: undefined, ...facts });

const aperio = (fields: string): Partial<ScaleFacts> => ({
  description: `Aperio Image Library v11\r\n100x100 JPEG/RGB Q=30${fields}`,
});
const ome = (attributes: string): Partial<ScaleFacts> => ({
  description: `<?xml version="1.0"?><OME><Image><Pixels ID="Pixels:0" ${attributes} SizeX="9"></Pixels></Image></OME>`,
});
const mpp = (x: number, y = x) => ({ kind: 'mpp', x, y });
const none = { kind: 'none' };

describe('readScale', () => {
  it.each<[string, Partial<ScaleFacts>, object]>([
    ['nothing', {}, none],
    ['Aperio’s MPP', aperio('|AppMag = 20|MPP = 0.4990|Left = 3'), mpp(0.499)],
    ['Aperio’s MPP with a decimal comma', aperio('|MPP = 0,2525'), mpp(0.2525)],
    ['Aperio’s magnification alone', aperio('|AppMag = 40|Left = 3'), { kind: 'magnification', magnification: 40 }],
    ['an MPP of zero, which no magnification hides', aperio('|AppMag = 40|MPP = 0.0000'), mpp(0)],
    [
      'an MPP below zero, which no resolution hides',
      { ...aperio('|MPP = -0.25'), xResolution: 20_000, yResolution: 20_000, resolutionUnit: 3 },
      mpp(-0.25),
    ],
    ['an empty MPP and a magnification', aperio('|MPP = |AppMag = 40'), { kind: 'magnification', magnification: 40 }],
    ['a magnification of zero', aperio('|AppMag = 0'), none],
    ['an MPP that is no number', aperio('|MPP = unknown'), none],
    ['a field that only ends in MPP', aperio('|OldMPP = 3'), none],
    ['MPP in the description of another program', { description: 'Something|MPP = 0.3' }, none],
    [
      'OME-XML in microns',
      ome('PhysicalSizeX="0.25" PhysicalSizeXUnit="µm" PhysicalSizeY="0.26" PhysicalSizeYUnit="µm"'),
      mpp(0.25, 0.26),
    ],
    ['OME-XML in its default unit', ome('PhysicalSizeX="0.25" PhysicalSizeY="0.25"'), mpp(0.25)],
    [
      'OME-XML in nanometres',
      ome('PhysicalSizeX="250" PhysicalSizeXUnit="nm" PhysicalSizeY="250" PhysicalSizeYUnit="nm"'),
      mpp(0.25),
    ],
    [
      'OME-XML in pixels',
      ome('PhysicalSizeX="1" PhysicalSizeXUnit="pixel" PhysicalSizeY="1" PhysicalSizeYUnit="pixel"'),
      none,
    ],
    ['pixels a centimetre', { xResolution: 20_000, yResolution: 40_000, resolutionUnit: 3 }, mpp(0.5, 0.25)],
    ['pixels an inch', { xResolution: 50_800, yResolution: 50_800, resolutionUnit: 2 }, mpp(0.5)],
    [
      'pixels an inch, as TIFF has it where the unit is not given',
      { xResolution: 50_800, yResolution: 50_800 },
      mpp(0.5),
    ],
    ['pixels of no unit', { xResolution: 50_800, yResolution: 50_800, resolutionUnit: 1 }, none],
    ['72 dots an inch', { xResolution: 72, yResolution: 72, resolutionUnit: 2 }, none],
    ['96 dots an inch', { xResolution: 96, yResolution: 96, resolutionUnit: 2 }, none],
    ['1200 dots an inch', { xResolution: 1200, yResolution: 1200, resolutionUnit: 2 }, none],
    ['28 dots a centimetre', { xResolution: 28, yResolution: 28, resolutionUnit: 3 }, none],
    ['8 um a pixel', { xResolution: 1250, yResolution: 1250, resolutionUnit: 3 }, mpp(8)],
    ['a resolution of zero', { xResolution: 0, yResolution: 0, resolutionUnit: 3 }, none],
    ['a resolution of 0/0', { xResolution: Number.NaN, yResolution: Number.NaN, resolutionUnit: 3 }, none],
    ['only one side', { xResolution: 20_000, resolutionUnit: 3 }, none],
    [
      'a magnification beside a resolution',
      { ...aperio('|AppMag = 20'), xResolution: 20_000, yResolution: 20_000, resolutionUnit: 3 },
      mpp(0.5),
    ],
  ])('%s', (_, facts, expected) => {
    expect(scaleOf(facts)).toEqual(expected);
  });
});
