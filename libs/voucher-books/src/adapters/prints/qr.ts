import { create } from 'qrcode';

/** A QR code's modules, row by row; true is dark (ISO/IEC 18004). Error correction M: 15 %. */
export type QrMatrix = Readonly<{ size: number; isDark: (row: number, column: number) => boolean }>;

export function qrMatrixOf(text: string): QrMatrix {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const { size, data } = modules;
  return { size, isDark: (row, column) => data[row * size + column] === 1 };
}

/** The light margin a reader needs, in modules. */
export const QUIET_MODULES = 4;

type Rectangle = (x: number, y: number, width: number, height: number) => unknown;

/** Draws the code with its margin into a square, a run of dark modules at a time. */
export function drawQr(
  rectangle: Rectangle,
  text: string,
  { x, y, side }: Readonly<{ x: number; y: number; side: number }>,
): void {
  const { size, isDark } = qrMatrixOf(text);
  const module = side / (size + 2 * QUIET_MODULES);
  for (let row = 0; row < size; row += 1) {
    for (let start = 0; start < size; start += 1) {
      let end = start;
      while (end < size && isDark(row, end)) end += 1;
      if (end === start) continue;
      const [left, top] = [start + QUIET_MODULES, row + QUIET_MODULES];
      rectangle(x + left * module, y + top * module, (end - start) * module, module);
      start = end;
    }
  }
}
