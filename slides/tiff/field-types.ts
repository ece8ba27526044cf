interface FieldType {
  readonly sizeBytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** The value types of TIFF and BigTIFF by their number; 64-bit values lose nothing below 2^53, and no file is larger. */
export const FIELD_TYPES: Readonly<Record<number, FieldType>> = {
  1: { sizeBytes: 1, read: (view, at) => view.getUint8(at) },
  2: { sizeBytes: 1, read: (view, at) => view.getUint8(at) },
  3: { sizeBytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  4: { sizeBytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  5: { sizeBytes: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) },
  6: { sizeBytes: 1, read: (view, at) => view.getInt8(at) },
  7: { sizeBytes: 1, read: (view, at) => view.getUint8(at) },
  8: { sizeBytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  9: { sizeBytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  10: { sizeBytes: 8, read: (view, at, little) => view.getInt32(at, little) / view.getInt32(at + 4, little) },
  11: { sizeBytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  12: { sizeBytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  13: { sizeBytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  16: { sizeBytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  17: { sizeBytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  18: { sizeBytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};
