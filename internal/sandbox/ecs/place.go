package ecs

import (
	"fmt"
	"net/netip"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
	"github.com/live-beats/live-beats-aws/internal/status"
)

// place creates a task in one of the zones with the fewest tasks. Which subnet of the zone it uses is up to AWS. A
// subnet in which the task would fail is chosen first, so that no deployment succeeds by luck.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
func (s *scheduler) place(d *Deployment) {
	w := s.call.World
	key := "ecs/task/" + s.service.ID
	w.NextGeneration(key)
	n := w.Generation(key)
	var chosen *Task
	for _, subnet := range s.leastUsed(d, n) {
		t := &Task{Task: status.Task{
			ID: world.Digest(32, key, fmt.Sprint(n)), Deployment: d.ID, TaskDefinition: d.TaskDefinition,
			Status: Provisioning, Subnet: subnet, Zone: s.zone(subnet), CreatedAt: w.Now(),
		}}
		if o := w.Get(subnetType, s.call.Region, subnet); o != nil {
			t.PrivateIP = address(fmt.Sprint(o.Props["cidrBlock"]), n)
		}
		if t.fate = s.foresee(t); chosen == nil || t.fate.stops() && !chosen.fate.stops() {
			chosen = t
		}
	}
	s.runtime.Tasks = append(s.runtime.Tasks, chosen)
}

// leastUsed lists the subnets whose zones have the fewest tasks of a deployment, in an order that changes each turn.
func (s *scheduler) leastUsed(d *Deployment, turn int) []string {
	subnets := graph.Props(s.service.Props).Object("networkConfiguration").Strings("subnets")
	used := map[string]int{}
	for _, t := range s.runtime.active(d.ID) {
		used[t.Zone]++
	}
	var least []string
	for i := range subnets {
		subnet := subnets[(turn+i)%len(subnets)]
		switch n := used[s.zone(subnet)]; {
		case least == nil || n < used[s.zone(least[0])]:
			least = []string{subnet}
		case n == used[s.zone(least[0])]:
			least = append(least, subnet)
		}
	}
	return least
}

func (s *scheduler) zone(subnet string) string {
	if o := s.call.World.Get(subnetType, s.call.Region, subnet); o != nil {
		return fmt.Sprint(o.Props["availabilityZone"])
	}
	return ""
}

// address returns the nth usable address of a network, or "".
func address(cidr string, n int) string {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		return ""
	}
	return ec2.Address(prefix, n).String()
}
