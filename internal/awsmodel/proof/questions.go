package proof

import (
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
)

// check is one check of a service. An answer without a verdict means that the check does not apply.
type check struct {
	id, text string // text is a question.
	ask      func(*service) awsmodel.Answer
	fix      string
	// ofContainers: the containers of a task decide it.
	ofContainers bool
}

// Checks returns the ids of all checks, in the order in which a deployment would find out.
func Checks() []string {
	var ids []string
	for _, c := range checks() {
		ids = append(ids, c.id)
	}
	return ids
}

// checks returns all checks, in the order in which a deployment would find out.
func checks() []check {
	return slices.Concat(steps(), checksAfterStart)
}

// steps returns the checks of a task's start.
func steps() []check {
	var all []check
	for _, step := range readiness.Steps() {
		all = append(all, check{step.ID, step.Text, func(s *service) awsmodel.Answer {
			return s.everywhere(step.Ask)
		}, stepFixes[step.ID], step.ID != "roles"})
	}
	return all
}

var checksAfterStart = []check{
	{
		"boot", "does the app have what it reads on boot?", (*service).boots,
		"add the variable to secrets or environment",
		true,
	},
	{
		"database", "can the task reach its database?", (*service).database,
		"set database.mode to create, or to existing with the security group of the database",
		true,
	},
	{
		"targets", "does the load balancer reach the tasks?", (*service).reached,
		"let SecurityGroups make the rules between load balancer and tasks, and keep service.port the app's",
		true,
	},
	{
		"health", "can the health check pass?", (*service).healthy,
		"set service.healthCheckPath to a path that answers 200 without a session: /signin",
		true,
	},
	{
		"internet", "does the internet reach the load balancer?", (*service).public,
		"give the load balancer public subnets, and a rule from the internet for every listener's port",
		false,
	},
	{
		"exposure", "is everything behind the load balancer hidden?", (*service).hidden,
		"take the rule or the principal away: only the load balancer is for the internet, and the roles are for the tasks",
		false,
	},
	{
		"discovery", "do nodes find each other?", (*service).discovers,
		"let LiveBeatsService set AWS_ECS_*, and IamRoles allow the discovery",
		true,
	},
	{
		"cluster", "do nodes reach each other?", (*service).clusters,
		"let SecurityGroups open 4369, service.distributionPorts and service.port between the tasks",
		true,
	},
	{
		"exec", "does ECS Exec work?", (*service).exec,
		"set service.exec to true, so that IamRoles gives the task role its channels",
		true,
	},
	{
		"sign-in", "does GitHub sign-in reach GitHub?", (*service).signIn,
		"give the tasks a way to the internet (network.natGateways, or public placement), or set githubSignIn to false",
		true,
	},
	{
		"host", "is PHX_HOST what browsers send?", (*service).host,
		"set host to the name in the browser's address bar, in lower case, without scheme and port",
		true,
	},
	{
		"uploads", "can the app write its uploads?", (*service).keeps,
		"mount the volume at uploads.mountPath, and let Uploads create the access point with the app's user",
		false,
	},
	{
		"timeouts", "do the timeouts fit together?", (*service).timeouts,
		"keep the defaults of Alb and LiveBeatsService",
		true,
	},
	{
		"connections", "do the database's connections suffice?", (*service).connections,
		"lower service.poolSize or autoscaling.max, or take a larger database.instanceClass",
		true,
	},
	{
		"flow-logs", "are the network's flow logs written?", (*service).recorded,
		"let Network make the flow log with its role",
		false,
	},
	{
		"limits", "does ECS accept the task definition?", (*service).limits,
		"take a service.cpu and service.memory that Fargate has, and containers that ECS accepts",
		false,
	},
	{
		"compatibility", "do the resources go together?", (*service).compatible,
		"change one of the two: AWS refuses the second one that it creates",
		false,
	},
	{
		"order", "does the service wait for what its tasks need?", (*service).ordered,
		"add it to the service's dependsOn, or pass an output that depends on it, as those of IamRoles, SecurityGroups and " +
			"Alb do",
		false,
	},
	{
		"sharing", "is the service separate from other services?", (*service).apart,
		"give each service its own SecurityGroups and Alb",
		false,
	},
}

// stepFixes maps the steps of a task's start to their usual fixes, for hops without an entry in hopFixes.
var stepFixes = map[string]string{
	"roles":    "let IamRoles create the roles: they trust ecs-tasks.amazonaws.com of this account",
	"registry": "let IamRoles create the execution role from the image's name",
	"secrets":  "name parameters in the stack's region in secrets, or give their full ARNs",
	"image":    "let IamRoles create the execution role from the image's name",
	"volumes":  "let Uploads create the file system with a mount target in each of the tasks' subnets",
	"logs":     "let LiveBeatsService create the log group, and let IamRoles allow writing to it",
}

func (s *service) discovers() awsmodel.Answer {
	return s.everywhere(func(t readiness.Task) awsmodel.Answer {
		if !t.Clusters() {
			return awsmodel.Answer{}
		}
		return t.Discovery()
	})
}

// clusters answers whether tasks in every pair of subnets reach each other.
func (s *service) clusters() awsmodel.Answer {
	return s.everywhere(func(from readiness.Task) awsmodel.Answer {
		if !from.Clusters() {
			return awsmodel.Answer{}
		}
		answer := awsmodel.Answer{Verdict: awsmodel.Proven}
		for _, to := range s.tasks {
			there := to.Interface
			there.Name = "another task"
			if answer = from.Peers(there); !answer.OK() {
				return answer
			}
		}
		return answer
	})
}

func (s *service) exec() awsmodel.Answer {
	if !s.True("enableExecuteCommand") {
		return awsmodel.Answer{}
	}
	return s.everywhere(readiness.Task.Exec)
}
