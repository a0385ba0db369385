// A chart of the page as a picture: what is seen is drawn anew as plain SVG, in the colours of the day, under its title, period and unit.
// Text stays text and lines stay lines, so that the file can be worked on; a PNG is the same drawing, twice as fine.
import { ink_of, inside, node, pen, SVG } from './picture-draw.js'

const EDGE = 24
const LEAST = 420
const FINE = 2
const FONT = 'Inter, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif'

/** Save a chart as `png` or `svg`. `words`: title, period, unit, foot, and the name of the file. */
export async function save(chart, kind, words) {
  const drawing = drawn(chart, words)
  const text = new Blob([new XMLSerializer().serializeToString(drawing)], { type: 'image/svg+xml' })
  const file = kind === 'svg' ? text : await painted(text, drawing)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `${[words.title, words.period].filter(Boolean).join(' ').replace(/[\\/:*?"<>|\s]+/g, ' ')}.${kind}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

async function painted(text, drawing) {
  const image = new Image()
  image.src = URL.createObjectURL(text)
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = drawing.getAttribute('width') * FINE
  canvas.height = drawing.getAttribute('height') * FINE
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(image.src)
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/png'))
}

/** Draw a chart in light colours whatever the theme; nothing of it is seen on the page, for it is put back before the page is painted. */
function drawn(chart, words) {
  const root = document.documentElement, theme = root.dataset.theme
  root.dataset.theme = 'jade'
  root.toggleAttribute('data-picturing', true)
  try {
    return sheet(chart, words)
  } finally {
    root.removeAttribute('data-picturing')
    if (theme) root.dataset.theme = theme
    else delete root.dataset.theme
  }
}

function sheet(chart, words) {
  const look = getComputedStyle(chart), ink = ink_of(look.color)
  const head = [[words.title, 20, 700], [[words.period, words.unit].filter(Boolean).join(' · '), 13, 400]].filter(([text]) => text)
  const top = EDGE + head.reduce((sum, [, size]) => sum + size * 1.5, 0) + 14
  const page = { group: node('g', {}), left: Infinity, top: Infinity, right: 0, bottom: 0, clips: 0 }
  inside(chart, look, page)
  if (!page.group.hasChildNodes()) throw new Error('nothing is shown')
  page.group.setAttribute('transform', `translate(${EDGE - page.left} ${top - page.top})`)
  let width = Math.max(LEAST, page.right - page.left + 2 * EDGE)
  const lines = []
  let y = EDGE - 4
  for (const [text, size, weight] of head) {
    y += size * 1.5
    pen.font = `${weight} ${size}px ${FONT}`
    width = Math.max(width, pen.measureText(text).width + 2 * EDGE)
    lines.push(node('text', { x: EDGE, y: y - size * 0.3, 'font-size': size, 'font-weight': weight, fill: ink, 'fill-opacity': weight > 400 ? 1 : 0.75 }, text))
  }
  const height = Math.ceil(top + page.bottom - page.top + EDGE + 20)
  width = Math.ceil(width)
  const foot = node('text', { x: EDGE, y: height - EDGE + 6, 'font-size': 11, fill: ink, 'fill-opacity': 0.65 }, `${words.foot} · ${new Date().toLocaleString(document.documentElement.lang || 'en', { dateStyle: 'medium', timeStyle: 'short' })}`)
  const whole = node('svg', { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': FONT })
  whole.append(node('title', {}, head.map(([text]) => text).join(' · ')), node('rect', { width, height, fill: '#fff' }), ...lines, page.group, foot)
  return whole
}
