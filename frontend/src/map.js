// The one map: layers of GeoJSON on Leaflet without a tile server; tiles lie below only where a tile address is set.
import 'leaflet/dist/leaflet.css'
import L from 'leaflet'

const CHINA = [[18, 73], [53.6, 135]]

/**
 * Draw `<div data-map>` from the facts of `ui/maps.py`: `{layers: [{name, features: FeatureCollection}], tiles, credit}`.
 * They stand in the JSON script named by `data-source`, or come from the address in `data-src`. The map is kept as `element.map`, and
 * `map:ready` tells that it is drawn.
 */
export async function draw(element) {
  if (element.dataset.drawn) return
  element.dataset.drawn = '1'
  const facts = await factsOf(element)
  if (!facts || !element.isConnected) return element.dataset.failed = '1'
  const map = L.map(element, { zoomSnap: 0.25, attributionControl: Boolean(facts.tiles), scrollWheelZoom: false, renderer: L.svg({ padding: 1 }) })
  map.on('focus', () => map.scrollWheelZoom.enable()).on('blur', () => map.scrollWheelZoom.disable())
  if (facts.tiles) L.tileLayer(facts.tiles, { maxZoom: 19, attribution: facts.credit ?? '' }).addTo(map)
  const drawn = facts.layers.map((layer) => [layer.name, L.geoJSON(layer.features, drawing).addTo(map)])
  const named = drawn.filter(([name]) => name)
  if (named.length > 1) L.control.layers(null, Object.fromEntries(named.map(([name, layer]) => [text(name), layer]))).addTo(map)
  const bounds = L.featureGroup(drawn.map(([, layer]) => layer)).getBounds()
  map.on('zoomend resize overlayadd overlayremove', () => tidyNames(map))
  map.fitBounds(bounds.isValid() ? bounds.pad(0.12) : CHINA, { maxZoom: 16 })
  new ResizeObserver(() => map.invalidateSize()).observe(element)
  element.map = map
  if (element.dataset.draws) import('./map-draw.js').then(({ drawInto }) => drawInto(map, document.getElementById(element.dataset.draws)))
  element.dispatchEvent(new CustomEvent('map:ready', { bubbles: true, detail: { map } }))
}

// Of two names that meet, the one of the larger area stays; zooming in makes room for the other.
function tidyNames(map) {
  const names = []
  map.eachLayer((layer) => layer.getBounds && layer.getTooltip?.()?.options.permanent && names.push(placed(map, layer)))
  const kept = []
  for (const name of names.sort((one, other) => other.reach - one.reach)) {
    const meets = kept.some(({ at, half }) => Math.abs(at.x - name.at.x) < half.x + name.half.x && Math.abs(at.y - name.at.y) < half.y + name.half.y)
    name.element.style.visibility = meets ? 'hidden' : ''
    if (!meets) kept.push(name)
  }
}

// Reckoned, not measured: while the map moves, a name on the screen is on its way. Leaflet pads it, and there it is empty.
const PAD = 5
function placed(map, area) {
  const name = area.getTooltip(), element = name.getElement(), { _northEast: far, _southWest: near } = area.getBounds()
  const half = { x: element.offsetWidth / 2 - PAD, y: element.offsetHeight / 2 - PAD }
  return { element, half, at: map.latLngToLayerPoint(name.getLatLng()), reach: (far.lat - near.lat) * (far.lng - near.lng) }
}

async function factsOf({ dataset }) {
  if (dataset.source) return JSON.parse(document.getElementById(dataset.source).textContent)
  const answer = await fetch(dataset.src, { headers: { Accept: 'application/json' } }).catch(() => null)
  return answer?.ok ? answer.json() : null
}

// Colours are classes, so that the map follows the theme.
const drawing = {
  // Leaflet styles points too: a dot keeps what it was made with.
  style: ({ geometry, properties }) => geometry.type === 'Point' ? {} : {
    className: `t-map-${geometry.type.endsWith('LineString') ? 'line' : 'area'} t-map-tone-${properties.tone}`,
    weight: properties.width ?? 2, dashArray: properties.dashed ? '6 6' : null, lineJoin: 'round',
  },
  pointToLayer: ({ properties }, at) => (properties.kind === 'stop' ? stop(properties, at) : dot(properties, at)),
  onEachFeature: ({ geometry, properties }, layer) => {
    if (properties.popup || properties.href) layer.bindPopup(() => popup(properties), { maxWidth: 280 })
    else if (properties.label && properties.kind !== 'area') layer.bindTooltip(text(properties.label))
    if (geometry.type.endsWith('Polygon') && properties.label) {
      layer.bindTooltip(text(properties.label), { permanent: true, direction: 'center', className: 't-map-name' })
    }
  },
}

function dot({ tone, label }, at) {
  return L.circleMarker(at, { radius: 6, weight: 2, className: `t-map-dot t-map-tone-${tone}`, alt: label })
}

function stop({ state, number, label }, at) {
  const mark = document.createElement('span')
  mark.className = `t-map-stop t-map-${state}`
  mark.textContent = state === 'done' ? '✓' : number ?? ''
  return L.marker(at, { icon: L.divIcon({ html: mark, className: 't-map-pin', iconSize: [36, 36] }), title: label, alt: label, riseOnHover: true })
}

function popup({ label, popup: lines = [], href, action }) {
  const box = document.createElement('div')
  box.append(element('strong', label), ...lines.map((line) => element('p', line)))
  if (href) box.append(Object.assign(element('a', action || label), { href, className: 't-map-more' }))
  return box
}

const element = (name, words) => Object.assign(document.createElement(name), { textContent: words })
// Leaflet takes HTML here: what people typed goes in as text.
const text = (words) => Object.assign(document.createElement('span'), { textContent: words }).innerHTML
