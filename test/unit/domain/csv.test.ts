import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsv, parseCsv } from '../../../domain/csv.ts';

const fieldsOf = (text: string): (readonly string[])[] => parseCsv(text).rows.map(({ fields }) => fields);

describe('parseCsv', () => {
  it.each([
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      '\uFEFFslide;case\nx.svs;1,5\n',
      [
        ['slide', 'case'],
        ['x.svs', '1,5'],
      ],
    ],
    [
      'slide\tcase\nx.svs\t1\n',
      [
        ['slide', 'case'],
        ['x.svs', '1'],
      ],
    ],
    [
      'a,b\n"x, ""y""\nz",2\n',
      [
        ['a', 'b'],
        ['x, "y"\nz', '2'],
      ],
    ],
    [
      'a,b\n\n\n1,\n',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['slide\nx.svs', [['slide'], ['x.svs']]],
    ['', []],
  ])('of %j', (text, rows) => expect(fieldsOf(text)).toEqual(rows));

  it('tells the line of each row, also behind a field of several lines', () => {
    expect(parseCsv('a,b\n\n"1\n2",x\n3,y\n').rows.map(({ line }) => line)).toEqual([1, 3, 5]);
  });

  it('tells where a quote is never closed, and keeps what stands before', () => {
    expect(parseCsv('a,b\n1,2\n"3,4\n')).toEqual({
      rows: [
        { line: 1, fields: ['a', 'b'] },
        { line: 2, fields: ['1', '2'] },
      ],
      openQuote: 3,
    });
  });

  it('reads back what formatCsv writes, formulas made harmless', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !/^[=+\-@\t\r]/.test(value));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { minLength: 1 }), (rows) => {
        const table = [['slide', 'b', 'c'], ...rows.filter((row) => row.some((value) => value !== ''))];
        expect(fieldsOf(formatCsv(table))).toEqual(table);
      }),
    );
  });
});

describe('formatCsv', () => {
  it('puts an apostrophe before what a spreadsheet would run, and leaves numbers alone', () => {
    const row = ['=1+1', '+SUM(A1)', '-2+3', '@x', '\tx', '-5', '+3', '-1.5', 'a=b', '', 0.25, undefined];
    expect(formatCsv([row])).toBe(`'=1+1,'+SUM(A1),'-2+3,'@x,"'\tx",-5,+3,-1.5,a=b,,0.25,\r\n`);
  });

  it('quotes what must be quoted', () => {
    expect(formatCsv([['a,b', 'c"d', 'e\r\nf', 'g;h']])).toBe('"a,b","c""d","e\r\nf","g;h"\r\n');
  });
});
