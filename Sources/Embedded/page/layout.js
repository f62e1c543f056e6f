// Finds places for the boxes and arrows of a graph, beside the page, which goes on meanwhile: a large graph takes seconds.

importScripts("dagre.min.js");

onmessage = ({ data: { nodes, edges } }) => {
  const drawing = new self.dagre.graphlib.Graph();
  drawing.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 34, edgesep: 14, marginx: 8, marginy: 8 });
  for (const { name, width, height } of nodes) drawing.setNode(name, { width, height });
  for (const { from, to, width, height } of edges) drawing.setEdge(from, to, { width, height, labelpos: "c" });
  self.dagre.layout(drawing);
  const { width, height } = drawing.graph();
  postMessage({
    width, height,
    nodes: nodes.map(({ name }) => drawing.node(name)),
    edges: edges.map(({ from, to }) => drawing.edge(from, to)),
  });
};
