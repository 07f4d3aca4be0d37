package ecs

import (
	"fmt"
	"net/netip"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/elbv2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const httpsPort = 443

// connect returns why a task cannot reach the registry, Parameter Store and CloudWatch Logs, or "". They are on the
// internet: endpoints are not modelled.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
func (s *scheduler) connect(t *Task, containers []container) string {
	network, groups := interfaceOf(s.service)
	public, _ := network["assignPublicIp"].(bool)
	if ec2.RoutesToInternet(s.call.World, s.call.Region, t.Subnet, public) &&
		ec2.Out(s.call.World, s.call.Region, groups, httpsPort, ec2.Internet) {
		return ""
	}
	for _, c := range containers {
		if image, err := awsmodel.ParseImage(c.Image); err == nil && image.PrivateECR() {
			return registryFailure + fmt.Sprintf("RequestError: send request failed caused by: "+
				"Post \"https://api.ecr.%s.amazonaws.com/\": dial tcp: i/o timeout", s.call.Region)
		}
	}
	for _, c := range containers {
		if len(c.Secrets) > 0 {
			return secretsFailure + "RequestCanceled: request context canceled caused by: context deadline exceeded"
		}
	}
	return "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref " +
		containers[0].Image + ": dial tcp: i/o timeout"
}

// interfaceOf is how a service's tasks stand in the network, and their security groups.
func interfaceOf(service *world.Object) (network provider.Props, groups []any) {
	network, _ = service.Props["networkConfiguration"].(map[string]any)
	groups, _ = network["securityGroups"].([]any)
	return network, groups
}

// reached tells whether the load balancer's health checks get through to a task; reason is why not.
func reached(w *world.World, region string, service *world.Object, balancer provider.Props, ip string) (reason string) {
	listener := elbv2.Listener(w, region, fmt.Sprint(balancer["targetGroupArn"]))
	if listener == nil {
		return "Target group is not configured to receive traffic from the load balancer"
	}
	lb := w.Get(loadBalancerType, region, fmt.Sprint(listener.Props["loadBalancerArn"]))
	subnets, _ := lb.Props["subnets"].([]any)
	front, _ := lb.Props["securityGroups"].([]any)
	_, back := interfaceOf(service)
	port, _ := balancer["containerPort"].(float64)
	task := ec2.Peer{Groups: back}
	if address, err := netip.ParseAddr(ip); err == nil {
		task.Addresses = []netip.Prefix{netip.PrefixFrom(address, address.BitLen())}
	}
	nodes := ec2.Peer{Groups: front, Addresses: ec2.Networks(w, region, subnets)}
	if ec2.Out(w, region, front, int(port), task) && ec2.In(w, region, back, int(port), nodes) {
		return ""
	}
	return "Request timed out"
}
