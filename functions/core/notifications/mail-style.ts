/**
 * The look of an e-mail. Styles stand in the elements, because some mail programs drop a style
 * sheet; dark colours stand in the sheet, because only a sheet can ask for the reader's mode. Every
 * pair of colours has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) in both modes.
 */
import type { Urgency } from '../notices/notice.ts';

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** The page behind the card. */
export const BODY = `margin:0;padding:0;background:#f2f4f7;color:#16202c;font-family:${FONT}`;

/** Inline styles by role; the role is the class name as well. */
export const ROLES = {
  card: 'width:100%;max-width:600px;background:#ffffff;border-radius:8px',
  title: 'margin:0 0 16px;font-size:20px;line-height:1.3;font-weight:700;color:#16202c',
  facts: 'margin:0 0 16px;border-collapse:collapse',
  label:
    'padding:6px 12px 6px 0;border-bottom:1px solid #e3e7ec;font-size:14px;color:#55606e;vertical-align:top',
  value:
    'padding:6px 0;border-bottom:1px solid #e3e7ec;font-size:15px;font-weight:600;color:#16202c;text-align:right;vertical-align:top;overflow-wrap:anywhere',
  picture:
    'display:block;width:100%;max-width:552px;height:auto;margin:0 0 16px;border:0;border-radius:4px',
  text: 'margin:0 0 12px;font-size:16px;line-height:1.5;color:#16202c;overflow-wrap:anywhere',
  list: 'margin:0 0 16px;padding:0 0 0 18px',
  item: 'margin:0 0 8px;font-size:14px;line-height:1.45;color:#16202c;overflow-wrap:anywhere',
  where: 'font-size:13px;color:#55606e;border:0',
  code: "padding:2px 6px;border-radius:4px;background:#eef1f5;color:#16202c;font-size:14px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace",
  footer: 'margin:16px 0 0;font-size:13px;line-height:1.5;color:#55606e;overflow-wrap:anywhere',
} as const;

/** The stripe above the card; the title says the urgency in words. */
export const STRIPES: Record<Urgency, string> = {
  page: '#c62828',
  warning: '#b45309',
  info: '#1d5fbf',
};

/** The same roles in the dark. `!important` is what wins over a style in the element. */
export const DARK = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#0f141a!important;color:#e6eaef!important}
.card{background:#1a222c!important}
.title,.text,.item,.value{color:#e6eaef!important}
.label,.footer,.where{color:#a3afbd!important}
.label,.value{border-bottom-color:#303b48!important}
.code{background:#2a3542!important;color:#e6eaef!important}
}
@media (max-width:480px){.label{width:38%!important}.inside{padding:16px 12px!important}}`;
