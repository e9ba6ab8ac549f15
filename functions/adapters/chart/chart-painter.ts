/**
 * Draws charts as PNG. The same request and candles give the same bytes. ECharts lays out the
 * picture as SVG; resvg, compiled to WebAssembly, turns it into pixels: no native binary, so that
 * it runs alike on this machine and on Lambda's arm64. Loading both is heavy: import this module
 * only when there is something to draw.
 */
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { ChartPainter } from '../../core/notifications/ports.ts';
import { readAsset } from './chart-assets.ts';
import { chartSvg } from './chart-svg.ts';
import { FONT_FAMILY } from './chart-style.ts';
import { fontMetrics, type FontMetrics } from './font-metrics.ts';

/** What drawing needs; read once. */
interface Tools {
  readonly fonts: readonly Uint8Array[];
  readonly metrics: FontMetrics;
}

/** WebAssembly can be started once in a process. */
let started: Promise<Tools> | undefined;

/** The painter. It throws when there are no candles near the moment of the request. */
export function chartPainter(): ChartPainter {
  return {
    async paint(request, candles) {
      started ??= start();
      const { fonts, metrics } = await started;
      return pixels(chartSvg(request, candles, metrics), fonts);
    },
  };
}

async function start(): Promise<Tools> {
  await initWasm(await readAsset('resvg'));
  const [regular, bold] = await Promise.all([readAsset('regular'), readAsset('bold')]);
  const metrics = { regular: fontMetrics(regular), bold: fontMetrics(bold) };
  return { fonts: [regular, bold], metrics };
}

function pixels(svg: string, fonts: readonly Uint8Array[]): Uint8Array {
  const drawing = new Resvg(svg, {
    font: { fontBuffers: [...fonts], loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
  });
  try {
    const image = drawing.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}
