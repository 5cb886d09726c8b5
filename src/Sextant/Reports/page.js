const night = matchMedia('(prefers-color-scheme: dark)');
const light = { ink: '#33383f', grid: '#e6e8eb', label: 'rgba(255,255,255,0.8)' };
const dark = { ink: '#d5d9df', grid: '#30363d', label: 'rgba(21,24,28,0.8)' };

function dressed(layout, colors) {
  const dress = structuredClone(layout);
  dress.paper_bgcolor = dress.plot_bgcolor = 'rgba(0,0,0,0)';
  dress.font = { family: getComputedStyle(document.body).fontFamily, size: 13.5, color: colors.ink };
  for (const key of Object.keys(dress).filter(key => /^[xy]axis/.test(key))) {
    Object.assign(dress[key], { gridcolor: colors.grid, linecolor: colors.ink, tickcolor: colors.ink });
  }
  for (const shape of dress.shapes ?? []) shape.line.color = colors.ink;
  if (dress.shapes) for (const text of dress.annotations) text.bgcolor = colors.label;
  return dress;
}

function draw(colors) {
  for (const place of document.querySelectorAll('[data-figure]')) {
    const figure = JSON.parse(document.getElementById(place.dataset.figure).textContent);
    Plotly.react(place, figure.data, dressed(figure.layout, colors), {
      responsive: true,
      // It would lie on the legend; dragging zooms and a double click goes back without it.
      displayModeBar: false,
    });
  }
}

const fitting = () => draw(night.matches ? dark : light);
fitting();
night.addEventListener('change', fitting);
addEventListener('beforeprint', () => draw(light));
addEventListener('afterprint', fitting);
