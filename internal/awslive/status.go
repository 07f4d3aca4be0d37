package awslive

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/live-beats/live-beats-aws/internal/status"
)

// Status reads the status of the service name in a cluster. Errors: AWS's errors with their codes, and
// ServiceNotFoundException for a service that does not exist or is inactive.
func (r *Reader) Status(ctx context.Context, cluster, name string) (*status.Status, error) {
	s, err := r.status(ctx, cluster, name)
	if err != nil {
		return nil, fmt.Errorf("read status of service %q in cluster %q: %w", name, cluster, brief(err))
	}
	return s, nil
}

func (r *Reader) status(ctx context.Context, cluster, name string) (*status.Status, error) {
	found, err := r.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{name}})
	if err != nil {
		return nil, err
	}
	if len(found.Services) == 0 || aws.ToString(found.Services[0].Status) == "INACTIVE" {
		return nil, fmt.Errorf("ServiceNotFoundException: there is no such service in account %s, region %s",
			r.Account, r.Region)
	}
	service := found.Services[0]
	s := describe(service)
	s.Redeploy = fmt.Sprintf("  aws ecs update-service --region %s --cluster %s --service %s --force-new-deployment",
		r.Region, cluster, name)
	tasks, err := r.tasks(ctx, cluster, name)
	if err != nil {
		return nil, err
	}
	for _, task := range tasks {
		s.Tasks = append(s.Tasks, describeTask(task))
	}
	if err := r.targets(ctx, s, service.LoadBalancers); err != nil {
		return nil, err
	}
	settings, err := r.definition(ctx, s.TaskDefinition)
	if err != nil {
		return nil, err
	}
	s.Nodes = settings.nodes(s.Tasks)
	r.lastLog(ctx, s, tasks)
	return s, nil
}

func describe(service ecstypes.Service) *status.Status {
	s := &status.Status{
		Cluster: name(service.ClusterArn), Service: aws.ToString(service.ServiceName),
		TaskDefinition: aws.ToString(service.TaskDefinition), Desired: int(service.DesiredCount),
	}
	for _, d := range service.Deployments {
		s.Deployments = append(s.Deployments, &status.Deployment{
			ID: aws.ToString(d.Id), Status: aws.ToString(d.Status), TaskDefinition: aws.ToString(d.TaskDefinition),
			Rollout: string(d.RolloutState), Reason: aws.ToString(d.RolloutStateReason), FailedTasks: int(d.FailedTasks),
			CreatedAt: aws.ToTime(d.CreatedAt),
		})
	}
	slices.SortFunc(s.Deployments, func(a, b *status.Deployment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for _, e := range slices.Backward(service.Events) {
		s.Events = append(s.Events, status.Event{At: aws.ToTime(e.CreatedAt).UTC(), Message: aws.ToString(e.Message)})
	}
	return s
}

// targets adds the health of the running tasks behind each load balancer. A task is healthy if all its targets are.
func (r *Reader) targets(ctx context.Context, s *status.Status, balancers []ecstypes.LoadBalancer) error {
	for _, t := range s.Tasks {
		t.Healthy = t.Status == status.Running
	}
	for _, balancer := range balancers {
		group := &elb.DescribeTargetHealthInput{TargetGroupArn: balancer.TargetGroupArn}
		health, err := r.elb.DescribeTargetHealth(ctx, group)
		if err != nil {
			return err
		}
		known := map[string]status.Target{}
		for _, d := range health.TargetHealthDescriptions {
			if d.Target == nil || d.TargetHealth == nil {
				continue
			}
			target := status.Target{
				TargetGroup: aws.ToString(balancer.TargetGroupArn), IP: aws.ToString(d.Target.Id),
				Port: int(aws.ToInt32(d.Target.Port)), Health: string(d.TargetHealth.State),
				Reason: aws.ToString(d.TargetHealth.Description),
			}
			if target.Reason == "" {
				target.Reason = string(d.TargetHealth.Reason)
			}
			known[target.IP] = target
		}
		for _, t := range s.Tasks {
			if t.Status != status.Running {
				continue
			}
			target, registered := known[t.PrivateIP]
			if registered {
				s.Targets = append(s.Targets, target)
			}
			t.Healthy = t.Healthy && target.Health == "healthy"
		}
	}
	return nil
}
