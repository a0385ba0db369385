// A map of stops and areas without a tile server: our own GeoJSON on Leaflet, tiles only where a tile address is set.
import 'leaflet/dist/leaflet.css'
import L from 'leaflet'

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--color-${name}`).trim()

/** Draw `<div data-map data-source="id">`; the JSON script with that id holds `{stops, route, areas, tiles, words}`. */
export function draw(element) {
  if (element.dataset.drawn) return
  element.dataset.drawn = '1'
  const facts = JSON.parse(document.getElementById(element.dataset.source).textContent)
  const map = L.map(element, { zoomControl: innerWidth > 768, attributionControl: Boolean(facts.tiles), renderer: L.svg({ padding: 1 }) })
  const stops = facts.stops ?? []
  map.setView(stops.length ? [stops[0].lat, stops[0].lng] : [31.23, 121.47], 12)
  if (facts.tiles) L.tileLayer(facts.tiles, { maxZoom: 19, attribution: facts.words?.attribution ?? '' }).addTo(map)
  if (facts.areas) areas(map, facts.areas)
  if (facts.route?.length > 1) L.polyline(facts.route, { color: colour('primary'), weight: 3.5, opacity: 0.85, lineJoin: 'round' }).addTo(map)
  for (const stop of stops) marker(map, stop)
  if (stops.length > 1) map.fitBounds(L.latLngBounds(stops.map(({ lat, lng }) => [lat, lng])).pad(0.18))
  new ResizeObserver(() => map.invalidateSize()).observe(element)
}

function areas(map, geojson) {
  L.geoJSON(geojson, {
    style: ({ properties }) => ({
      color: colour('base-300'), weight: 1.5, fillColor: properties?.own ? colour('primary') : colour('base-100'), fillOpacity: properties?.own ? 0.16 : 0.75,
    }),
    onEachFeature: ({ properties }, layer) => properties?.name && layer.bindTooltip(properties.name, { permanent: true, direction: 'center', className: 't-map-area' }),
  }).addTo(map)
}

function marker(map, stop) {
  const box = document.createElement('span')
  box.className = `t-map-stop t-map-${stop.state ?? 'todo'}`
  box.textContent = stop.state === 'done' ? '✓' : stop.number ?? ''
  const pin = L.marker([stop.lat, stop.lng], {
    icon: L.divIcon({ html: box, className: 't-map-pin', iconSize: [36, 36] }), title: stop.label, alt: stop.label, keyboard: Boolean(stop.href), riseOnHover: true,
  }).addTo(map)
  if (stop.href) pin.on('click keypress', () => location.assign(stop.href))
}
