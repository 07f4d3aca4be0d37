package ecs

import (
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// nodes are the Erlang nodes of the running tasks, each with whom it should be connected to, as far as the application
// is set up to find them. They are judged by the readiness model.
func (s *scheduler) nodes(runtime *Runtime) ([]status.Node, error) {
	var tasks []readiness.Task
	var nodes []status.Node
	for _, t := range runtime.of("", Running) {
		task, err := s.account.task(s.service, t)
		if err != nil {
			return nil, err
		}
		if task.Clusters() {
			tasks = append(tasks, task)
			nodes = append(nodes, status.Node{Name: readiness.Node(t.PrivateIP)})
		}
	}
	for i, a := range tasks {
		for j, b := range tasks {
			if i != j {
				nodes[i].Peers = append(nodes[i].Peers, peer(nodes[j].Name, a, b))
			}
		}
	}
	return nodes, nil
}

// peer is node b as node a sees it.
func peer(name string, a, b readiness.Task) status.Peer {
	joined := readiness.Joined(a, b)
	p := status.Peer{Name: name, State: status.Connected}
	switch joined.Verdict {
	case awsmodel.Refuted:
		p.State, p.Why = status.NotConnected, joined.Why()
		if joined.Symptom != "" {
			p.Why = joined.Symptom + " (" + joined.Why() + ")"
		}
	case awsmodel.Undecided:
		p.State, p.Why = status.Undecided, joined.Why()
	case awsmodel.Proven:
		if files := a.Files(b.Interface); !files.OK() {
			p.Why = "its songs do not play here: " + files.Why()
		}
	}
	return p
}
