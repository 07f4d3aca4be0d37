package proof

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// heartbeat is the interval of phoenix.js's heartbeats to the server, in seconds. Browsers slow the timers of
// background tabs down to once a minute.
const heartbeat, background = 30, 60

// timeouts answers whether the load balancer keeps idle websockets open, whether new tasks have enough time to become
// healthy, and whether old tasks can finish their requests.
func (s *service) timeouts() awsmodel.Answer {
	var answer awsmodel.Answer
	if !liveBeats(s.app()) {
		return answer // Neither its heartbeat nor the time that it needs to start is known.
	}
	for _, b := range s.balancers {
		idle := b.Int("idleTimeout")
		what := fmt.Sprintf("idle timeout of %d s", idle)
		if idle <= background {
			return answer.Refute(what, fmt.Sprintf("websockets send a heartbeat every %d s, or %d s from a tab in the "+
				"background", heartbeat, background)).WithSymptom("LiveView reconnects again and again: a red banner")
		}
		answer = answer.Prove(what, fmt.Sprintf("longer than the heartbeat of websockets, %d to %d s", heartbeat, background))
		if answer = s.health(answer, b); !answer.OK() {
			return answer
		}
		if answer = s.draining(answer, b); !answer.OK() {
			return answer
		}
	}
	return answer
}

// boot is the time in seconds until Live Beats answers, with migrations: a cautious estimate.
const boot = 30

// health answers whether the grace period is longer than a start, and a health check's timeout shorter than its
// interval.
func (s *service) health(answer awsmodel.Answer, b balancer) awsmodel.Answer {
	check := b.group.Object("healthCheck")
	interval, timeout := check.Int("interval"), check.Int("timeout")
	what := fmt.Sprintf("health check every %d s, timeout %d s", interval, timeout)
	if timeout >= interval {
		return answer.Refute(what, "the timeout must be shorter").
			WithSymptom("ValidationError: Health check timeout must be smaller than the interval")
	}
	answer = answer.Prove(what, "the timeout is shorter")
	grace := s.Int("healthCheckGracePeriodSeconds")
	patience := grace + interval*check.Int("unhealthyThreshold")
	needed := boot + interval*(check.Int("healthyThreshold")-1)
	what = fmt.Sprintf("grace period of %d s", grace)
	if patience < needed {
		return answer.Refute(what, fmt.Sprintf("with %d failed checks a task has %d s, and needs about %d s",
			check.Int("unhealthyThreshold"), patience, needed)).WithSymptom("Task failed ELB health checks")
	}
	return answer.Prove(what, fmt.Sprintf("a task becomes healthy within about %d s", needed))
}

// draining answers whether connections can end before their task is killed, and whether they do not delay a rollout.
func (s *service) draining(answer awsmodel.Answer, b balancer) awsmodel.Answer {
	const longest = 300
	delay, what := b.group.Int("deregistrationDelay"), ""
	what = fmt.Sprintf("deregistration delay of %d s", delay)
	if delay > longest {
		return answer.Refute(what, "every rollout waits for all of it, because websockets do not end by themselves").
			WithSymptom("a deployment takes longer than the engine waits for it")
	}
	answer = answer.Prove(what, "a rollout waits for it")
	if c := s.app(); c.StopTimeout != nil && *c.StopTimeout < 5 {
		return answer.Refute(fmt.Sprintf("stop timeout of %d s", *c.StopTimeout), "Live Beats drains for longer").
			WithSymptom("requests under way are cut off: 502 from the load balancer")
	}
	return answer
}

// repos is the number of connection pools that each task opens: Repo and ReplicaRepo.
const repos = 2

// connections answers whether the database allows the connections that all tasks of a rollout open.
func (s *service) connections() awsmodel.Answer {
	var answer awsmodel.Answer
	app := s.app()
	for _, database := range s.Graph.List(graph.Database, s.Region) {
		if len(s.tasks[0].Databases(app).Hops) == 0 {
			continue
		}
		class := database.Text("instanceClass")
		most, known := awsmodel.MaxDBConnections(class)
		pool, err := strconv.Atoi(cmp.Or(setting(app, "POOL_SIZE"), "10"))
		tasks, percent := s.mostTasks(), cmp.Or(s.Int("deploymentMaximumPercent"), 200)
		opened := repos * pool * tasks * percent / 100
		what := fmt.Sprintf("%d repos x POOL_SIZE %d x %d tasks x %d %% = %d connections",
			repos, pool, tasks, percent, opened)
		switch free := most - awsmodel.ReservedDBConnections; {
		case !known || err != nil:
			return answer.Doubt(what, "the limit of "+class+" is not known")
		case opened > free:
			return answer.Refute(what, fmt.Sprintf("%s allows about %d", class, free)).
				WithSymptom("FATAL 53300 (too_many_connections) sorry, too many clients already")
		default:
			answer = answer.Prove(what, fmt.Sprintf("%s allows about %d", class, free))
		}
	}
	return answer
}

// mostTasks returns the largest number of tasks, from autoscaling or from the service.
func (s *service) mostTasks() int {
	most := s.Int("desiredCount")
	own := "/" + s.Text("name")
	for _, target := range s.Graph.List(graph.ScalingTarget, s.Region) {
		if s.scales(target, own) {
			most = max(most, target.Int("maxCapacity"))
		}
	}
	for _, action := range s.Graph.List(graph.ScheduledAction, s.Region) {
		if s.scales(action, own) {
			most = max(most, action.Object("scalableTargetAction").Int("maxCapacity"))
		}
	}
	return most
}

// scales reports whether a resource of Application Auto Scaling is the service's: service/CLUSTER/NAME. One whose
// service is not known counts too.
func (s *service) scales(r *graph.Resource, own string) bool {
	id := r.Text("resourceId")
	return !strings.HasPrefix(id, "service/") || strings.HasSuffix(id, own)
}

// limits are the sizes that Fargate has.
func (s *service) limits() awsmodel.Answer {
	definition := s.tasks[0].Definition
	cpu, cpuErr := strconv.Atoi(definition.Text("cpu"))
	memory, memoryErr := strconv.Atoi(definition.Text("memory"))
	what := fmt.Sprintf("task of %d CPU units and %d MiB", cpu, memory)
	var answer awsmodel.Answer
	if cpuErr != nil || memoryErr != nil {
		return answer.Doubt(what, "its size is not known")
	}
	if err := awsmodel.ValidFargateSize(cpu, memory); err != nil {
		return answer.Refute(what, err.Error()).
			WithSymptom("ClientException: No Fargate configuration exists for given values.")
	}
	answer = answer.Prove(what, "Fargate supports it")
	return answer.Then(registered(definition, s.containers))
}

// registered answers whether ECS accepts a task definition for Fargate. It has accepted one that has an ARN.
func registered(definition *graph.Resource, containers awsmodel.Answer) awsmodel.Answer {
	var answer awsmodel.Answer
	what := "ECS accepts task definition " + definition.Text("family")
	switch {
	case arn.IsARN(definition.Text("arn")):
		return answer.Prove(what, "it is registered")
	case !containers.OK():
		return containers
	}
	problems := taskdef.CheckDefinition(definition.Props)
	if err := taskdef.CheckRole(definition.Props); err != nil {
		problems = append(problems, taskdef.Problem{Property: "executionRoleArn", Err: err})
	}
	if len(problems) > 0 {
		return answer.Refute(what, problems[0].Property+" breaks a rule of RegisterTaskDefinition").
			WithSymptom(problems[0].Err.Error())
	}
	return answer.Prove(what, "its containers and volumes keep the rules of RegisterTaskDefinition")
}

// apart answers whether no other service uses this service's security groups or target groups.
func (s *service) apart() awsmodel.Answer {
	var answer awsmodel.Answer
	for _, other := range s.Graph.List(graph.Service, s.Region) {
		if other == s.Resource {
			continue
		}
		for _, group := range s.Object("networkConfiguration").Strings("securityGroups") {
			for _, shared := range other.Object("networkConfiguration").Strings("securityGroups") {
				if group == shared {
					return answer.Refute("security group "+group, "is also used by service "+other.Text("name")).
						WithSymptom("its tasks are let in wherever these are: the database, the files, the cluster")
				}
			}
		}
		for _, entry := range s.Objects("loadBalancers") {
			for _, theirs := range other.Objects("loadBalancers") {
				if arn := entry.Text("targetGroupArn"); arn == theirs.Text("targetGroupArn") {
					return answer.Refute("target group "+arn, "is also used by service "+other.Text("name")).
						WithSymptom("browsers get answers of either application by turns")
				}
			}
		}
		answer = answer.Prove("service "+other.Text("name"), "shares neither security group nor target group")
	}
	return answer
}
