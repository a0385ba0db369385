// Drawing one boundary on a map: a click sets a corner, a corner can be moved, a second click on it takes it away.
import L from 'leaflet'

/** Let corners be set on a map; they are kept as a GeoJSON Polygon in a text field, which may be typed in as well. */
export function drawInto(map, field) {
  const shape = L.polygon(read(field), { className: 't-map-area t-map-tone-accent', interactive: false }).addTo(map)
  const pins = L.layerGroup().addTo(map)
  const corners = () => shape.getLatLngs()[0]
  const write = (places) => {
    shape.setLatLngs(places)
    pins.clearLayers()
    places.forEach((place, at) => pin(place, at).addTo(pins))
    field.value = places.length ? JSON.stringify({ type: 'Polygon', coordinates: [[...places, places[0]].map(({ lng, lat }) => [round(lng), round(lat)])] }) : ''
  }
  const pin = (place, at) =>
    L.marker(place, { draggable: true, icon: L.divIcon({ className: 't-map-corner', iconSize: [20, 20] }), alt: String(at + 1) })
      .on('dragend', ({ target }) => write(corners().with(at, target.getLatLng())))
      .on('click', () => write(corners().toSpliced(at, 1)))
  map.on('click', ({ latlng }) => write([...corners(), latlng]))
  field.addEventListener('change', () => write(read(field)))
  const before = field.value
  write(read(field))
  field.value = before
}

const round = (degrees) => Math.round(degrees * 1e6) / 1e6

function read(field) {
  try {
    const shape = JSON.parse(field.value)
    const ring = (shape.geometry ?? shape).coordinates[0].map(([lng, lat]) => L.latLng(lat, lng))
    return ring.length > 1 && ring[0].equals(ring.at(-1)) ? ring.slice(0, -1) : ring
  } catch {
    return []
  }
}
