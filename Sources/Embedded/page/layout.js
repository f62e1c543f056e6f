// Finds places for the boxes and arrows of a graph, beside the page, which goes on meanwhile: a large graph takes seconds.

importScripts("dagre.min.js");

onmessage = ({ data: { nodes, edges } }) => {
  const drawing = new self.dagre.graphlib.Graph();
  drawing.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 34, edgesep: 14, marginx: 8, marginy: 8 });
  // dagre keeps nodes by name in plain objects, where a state's key could be one of theirs, such as "constructor".
  const places = new Map(nodes.map(({ name }, number) => [name, `n${number}`]));
  for (const { name, width, height } of nodes) drawing.setNode(places.get(name), { width, height });
  for (const { from, to, width, height } of edges) {
    drawing.setEdge(places.get(from), places.get(to), { width, height, labelpos: "c" });
  }
  self.dagre.layout(drawing);
  const { width, height } = drawing.graph();
  postMessage({
    width, height,
    nodes: nodes.map(({ name }) => drawing.node(places.get(name))),
    edges: edges.map(({ from, to }) => drawing.edge(places.get(from), places.get(to))),
  });
};
