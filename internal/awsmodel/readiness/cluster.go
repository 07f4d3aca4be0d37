package readiness

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// epmd is the port of Erlang's port mapper.
const epmd = 4369

// ServicePattern is the name of the environment variable that makes the application look for other nodes.
const ServicePattern = "AWS_ECS_SERVICE_ARN"

// The environment variables with the other settings of libcluster_ecs, of Erlang and of the application's port.
const (
	clusterSetting = "AWS_ECS_CLUSTER_NAME"
	regionSetting  = "AWS_ECS_CLUSTER_REGION"
	portSetting    = "PORT"
	kernelSetting  = "ERL_AFLAGS"
)

// Node returns the name of a task's Erlang node, from the task's IP address.
func Node(ip string) string { return "live-beats@" + ip }

// Clusters reports whether the task's application is configured to join the nodes of its service.
func (t Task) Clusters() bool {
	_, ok := t.setting(ServicePattern)
	return ok
}

// Discovery answers whether the task's node finds the nodes of its service, and no others. libcluster_ecs asks the ECS
// API for the services of a cluster, and uses the tasks of the first service whose ARN matches its pattern. The symptom
// is its log line.
// https://github.com/pro-football-focus/libcluster_ecs/blob/master/lib/strategy/strategy.ex
func (t Task) Discovery() awsmodel.Answer {
	if t.Cluster == nil || t.Service == nil {
		return awsmodel.Answer{}.Doubt("discovery of other nodes", "the service of the task is not known")
	}
	for _, field := range [][2]string{
		{clusterSetting, "cluster"}, {regionSetting, "region"}, {ServicePattern, "service_name"},
	} {
		if value, _ := t.setting(field[0]); value == "" {
			return awsmodel.Answer{}.Refute("environment variable "+field[0], "is not set").WithSymptom(fmt.Sprintf(
				"[libcluster:ecs] ECS strategy is selected, but %s is not configured correctly!", field[1]))
		}
	}
	// wording is a guess
	symptom := discoveryError(`{:error, {"AccessDeniedException", ...}}`)
	return t.ownRole(symptom).Then(t.callsECS()).Then(t.matchesOwnService())
}

// callsECS answers whether the task reaches the ECS API and may call it.
func (t Task) callsECS() awsmodel.Answer {
	region, _ := t.setting(regionSetting)
	// wording is a guess
	answer := t.service("ecs", region).WithSymptom(discoveryError("{:error, :connect_timeout}"))
	role := identity.Role(t.Graph, t.Definition.Text("taskRoleArn"))
	if arn := t.Definition.Text("taskRoleArn"); role == nil && arn != "" && t.Partial {
		return answer.Then(awsmodel.Answer{}.Doubt("role "+arn, "is not in the stack: what it may do is not known"))
	}
	if answer.OK() && role == nil {
		// wording is a guess
		return answer.Refute("credentials of the application", "the task has no task role").
			WithSymptom("** (RuntimeError) Required key: :access_key_id is nil in config!")
	}
	cluster, _ := t.setting(clusterSetting)
	cluster = last(cluster)
	context := map[string]string{"ecs:cluster": t.Arn("ecs", "cluster/"+cluster)}
	for _, need := range [][2]string{
		{"ecs:ListServices", "*"},
		// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
		{"ecs:ListTasks", t.Arn("ecs", "container-instance/"+cluster+"/*")},
		{"ecs:DescribeTasks", t.Arn("ecs", "task/"+cluster+"/"+t.ID)},
	} {
		if !answer.OK() {
			return answer
		}
		why := "identity-based policy"
		if answer = answer.Then(identity.Allows(t.Graph, role, need[0], need[1], context)); answer.OK() {
			why = "VPC endpoint policy"
			answer = answer.Then(t.passes(role.Text("arn"), need[0], need[1]))
		}
		answer = answer.WithSymptom(discoveryError(fmt.Sprintf(
			`{:error, {"AccessDeniedException", "User: arn:%s:sts::%s:assumed-role/%s/%s is not authorized to perform: %s `+
				`on resource: %s because no %s allows the %[5]s action"}}`,
			t.Partition, t.Account, role.Text("name"), t.ID, need[0], need[1], why)))
	}
	return answer
}

// matchesOwnService answers whether the pattern matches the task's own service and no other service.
func (t Task) matchesOwnService() awsmodel.Answer {
	cluster, _ := t.setting(clusterSetting)
	pattern, _ := t.setting(ServicePattern)
	if name := t.Cluster.Text("name"); cluster != name && cluster != t.Arn("ecs", "cluster/"+name) {
		return awsmodel.Answer{}.Refute(clusterSetting+" "+cluster, "the task runs in cluster "+name).
			WithSymptom(noService(pattern))
	}
	matches, err := regexp.Compile(pattern)
	if err != nil {
		return awsmodel.Answer{}.Doubt(ServicePattern+" "+pattern, err.Error())
	}
	what := ServicePattern + " " + pattern
	if own := t.serviceArn(t.Service); !matches.MatchString(own) {
		return awsmodel.Answer{}.Refute(what, "does not match "+own).WithSymptom(noService(pattern))
	}
	other := t.Graph.Find(graph.Service, t.Region, func(r *graph.Resource) bool {
		return r.ID != t.Service.ID && last(r.Text("cluster")) == last(t.Service.Text("cluster")) &&
			matches.MatchString(t.serviceArn(r))
	})
	if other != nil { // There is no symptom: libcluster_ecs does not distinguish the other service's tasks.
		return awsmodel.Answer{}.Refute(what, "also matches "+t.serviceArn(other)+", and the first one listed counts")
	}
	return awsmodel.Answer{}.Prove(what, "matches "+t.serviceArn(t.Service))
}

func (t Task) serviceArn(service *graph.Resource) string {
	return t.Arn("ecs", "service/"+t.Cluster.Text("name")+"/"+service.Text("name"))
}

// last returns the name at the end of an ARN, or the name itself.
func last(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

func noService(pattern string) string {
	return discoveryError(fmt.Sprintf(`{:error, "no service matching %s found"}`, pattern))
}

func discoveryError(reason string) string {
	return "[libcluster:ecs] Error " + reason + " while determining nodes in cluster via ECS strategy."
}

// Peers answers whether the task reaches another node on every port that nodes use: the port mapper, all distribution
// ports, and the application's port, from which a node fetches the songs of another node.
func (t Task) Peers(other network.Interface) awsmodel.Answer {
	low, high := t.DistributionPorts()
	return t.connects(other, low, high).Then(t.Files(other))
}

// Files answers whether the task can fetch the songs of another node.
func (t Task) Files(other network.Interface) awsmodel.Answer {
	return t.network().Between(t.Interface, other, t.port())
}

// Joined answers whether the nodes of two tasks are connected: one of them must find and reach the other.
func Joined(a, b Task) awsmodel.Answer {
	there := a.joins(b)
	if there.OK() {
		return there
	}
	if back := b.joins(a); back.OK() {
		return back
	}
	return there
}

func (t Task) joins(other Task) awsmodel.Answer {
	low, high := other.DistributionPorts()
	if low != anyLow {
		high = low // The application is the first node in its task, so that it listens on the first port.
	}
	return t.Discovery().Then(t.connects(other.Interface, low, high))
}

func (t Task) connects(other network.Interface, low, high int) awsmodel.Answer {
	address := ""
	if len(other.Addresses) > 0 {
		address = other.Addresses[0].Addr().String()
	}
	return t.network().Between(t.Interface, other, epmd).
		Then(t.network().BetweenPorts(t.Interface, other, low, high)).
		WithSymptom(fmt.Sprintf("[libcluster:ecs] unable to connect to :%q", Node(address)))
}

// anyLow and anyHigh are the range from which Linux chooses a port.
const anyLow, anyHigh = 32768, 60999

var (
	listenMin = regexp.MustCompile(`inet_dist_listen_min\s+(\d+)`)
	listenMax = regexp.MustCompile(`inet_dist_listen_max\s+(\d+)`)
)

// DistributionPorts returns the range of the ports on which nodes accept connections from each other. A node listens on
// the first free port of the range in ERL_AFLAGS. Without one, Linux chooses a port.
// https://www.erlang.org/doc/apps/kernel/kernel_app.html
func (t Task) DistributionPorts() (low, high int) {
	flags, _ := t.setting(kernelSetting)
	number := func(pattern *regexp.Regexp) int {
		found := pattern.FindStringSubmatch(flags)
		if found == nil {
			return 0
		}
		n, _ := strconv.Atoi(found[1])
		return n
	}
	low, high = number(listenMin), number(listenMax)
	switch {
	case low == 0:
		return anyLow, anyHigh
	case high == 0:
		return low, low
	}
	return low, high
}

// port returns the application's port.
func (t Task) port() int {
	const fallback = 4000
	text, _ := t.setting(portSetting)
	if port, err := strconv.Atoi(text); err == nil {
		return port
	}
	return fallback
}

// setting returns an environment variable of the first essential container.
func (t Task) setting(name string) (value string, ok bool) {
	i := slices.IndexFunc(t.Containers, taskdef.Container.IsEssential)
	if i < 0 {
		return "", false
	}
	variables := t.Containers[i].Environment
	j := slices.IndexFunc(variables, func(v taskdef.Variable) bool { return v.Name == name })
	if j < 0 {
		return "", false
	}
	return variables[j].Value, true
}
