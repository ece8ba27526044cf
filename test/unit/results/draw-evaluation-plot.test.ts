import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawEvaluationPlot } from '../../../results/draw-evaluation-plot.ts';

const draw = (methods: { name: string; values: number[] }[]): Promise<Uint8Array> =>
  drawEvaluationPlot({ methods, title: 'DSC by slide', subtitle: '3 slides' });

/** The rows in which a column of the picture has the orange of the dots. */
async function dotRows(png: Uint8Array): Promise<number[]> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const rows = Array.from({ length: info.height }, (_, y) => y);
  return rows.filter((y) =>
    Array.from({ length: info.width }, (_, x) => (y * info.width + x) * 3).some(
      (at) => data[at]! > 180 && data[at + 2]! < 110,
    ),
  );
}

it('puts high values above low ones', async () => {
  const middle = async (value: number): Promise<number> => {
    const rows = await dotRows(await draw([{ name: 'a', values: [value, value, value] }]));
    return (Math.min(...rows) + Math.max(...rows)) / 2;
  };
  const [low, high] = [await middle(0), await middle(1)];
  expect(low - high).toBeCloseTo(420, -1);
  expect(await middle(0.5)).toBeCloseTo((low + high) / 2, -0.5);
});

it('is as wide as its methods need, and draws one without values too', async () => {
  const many = Array.from({ length: 9 }, (_, i) => ({
    name: `a rather long name ${i}`,
    values: i === 0 ? [] : [0.1 * i],
  }));
  const [few, wide] = await Promise.all(
    [draw(many.slice(0, 2)), draw(many)].map(async (png) => sharp(await png).metadata()),
  );
  expect(wide?.width).toBeGreaterThan(few?.width ?? Infinity);
  expect(wide?.height).toBe(few?.height);
});
