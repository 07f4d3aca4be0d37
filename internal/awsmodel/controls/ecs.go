package controls

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

const (
	ecsService     = "aws:ecs/service:Service"
	taskDefinition = "aws:ecs/taskDefinition:TaskDefinition"
)

var ecsControls = []Control{
	{
		ID: "ECS.2", Severity: High, Title: "Tasks get no public address", types: []string{ecsService},
		check: is("networkConfiguration.assignPublicIp", "false", "false"),
		Fix: "set network.placement: private, with network.natGateways or network.endpoints for outbound access; " +
			"in either case the tasks' security group lets in only the load balancer",
	},
	{
		ID: "ECS.3", Severity: High, Title: "Tasks do not share the process namespace of their host",
		types: []string{taskDefinition},
		check: isNot("pidMode", "", "host"), Fix: "remove pidMode; LiveBeatsService does not set it",
	},
	{
		ID: "ECS.4", Severity: High, Title: "Containers have no privileges on their host", types: []string{taskDefinition},
		check: containers(func(c graph.Props) string {
			if c.True("privileged") {
				return "is privileged"
			}
			return ""
		}), Fix: "remove privileged, which Fargate refuses; LiveBeatsService does not set it",
	},
	{
		ID: "ECS.5", Severity: High, Title: "Containers cannot write to their root file system",
		types: []string{taskDefinition},
		check: only(linux, notLinux, containers(func(c graph.Props) string {
			if !c.True("readonlyRootFilesystem") {
				return "may write to its root file system"
			}
			return ""
		})), Fix: "LiveBeatsService does not set readonlyRootFilesystem: Live Beats writes uploads to /tmp, and ECS Exec " +
			"needs a writable root file system; in your own task definition, set it and mount volumes where the image writes",
	},
	{
		ID: "ECS.8", Severity: High, Title: "No AWS credentials in plain variables", types: []string{taskDefinition},
		check: containers(credentials), Fix: "remove the variable from environment: the task role provides credentials",
	},
	{
		ID: "ECS.9", Severity: High, Title: "Every container logs", types: []string{taskDefinition},
		check: containers(func(c graph.Props) string {
			if c.Object("logConfiguration").Text("logDriver") == "" {
				return "has no logConfiguration"
			}
			return ""
		}), Fix: "give the container a logConfiguration; LiveBeatsService writes to CloudWatch Logs",
	},
	{
		ID: "ECS.10", Severity: Medium, Title: "Fargate runs its newest platform version", types: []string{ecsService},
		check: only(fargate, "the service does not run on Fargate", is("platformVersion", "LATEST", "LATEST", "1.4.0")),
		Fix:   "remove platformVersion; LiveBeatsService runs 1.4.0, the newest for Linux",
	},
	{
		ID: "ECS.12", Severity: Medium, Title: "Clusters collect metrics of their containers", types: []string{graph.Cluster},
		check: insights, Fix: "turn containerInsights on; EcsCluster does",
	},
	{
		ID: "ECS.17", Severity: Medium, Title: "Tasks do not use the network of their host", types: []string{taskDefinition},
		check: isNot("networkMode", "bridge", "host"), Fix: "set networkMode: awsvpc, as LiveBeatsService does",
	},
	{
		ID: "ECS.18", Severity: Medium, Title: "EFS volumes are mounted over TLS", types: []string{taskDefinition},
		check: volumes, Fix: "set transitEncryption: ENABLED, as LiveBeatsService does",
	},
	{
		ID: "ECS.20", Severity: Medium, Title: "Containers name a user that is not root", types: []string{taskDefinition},
		check: only(linux, notLinux, containers(rootless)),
		Fix: "set user in the container definition; the image of Live Beats runs as nobody (65534) already, but the " +
			"control looks at the task definition",
	},
}

const notLinux = "the containers are not for Linux"

func linux(s subject) outcome {
	return is("runtimePlatform.operatingSystemFamily", "LINUX", "LINUX")(s)
}

// fargate passes a service whose launch type or capacity providers include Fargate.
func fargate(s subject) outcome {
	o := is("launchType", "EC2", "FARGATE")(s)
	for _, p := range s.Objects("capacityProviderStrategies") {
		if strings.HasPrefix(p.Text("capacityProvider"), "FARGATE") {
			return passed
		}
	}
	if o.status == Fail && !s.settled("capacityProviderStrategies") {
		return unsure("capacityProviderStrategies")
	}
	return o
}

// containers evaluates every container definition; find returns what is wrong with one, or "".
func containers(find func(graph.Props) string) check {
	const property = "containerDefinitions"
	return func(s subject) outcome {
		if _, known := s.At(property); !known {
			return unsure(property)
		}
		var definitions []map[string]any
		if err := json.Unmarshal([]byte(s.Text(property)), &definitions); err != nil {
			return outcome{Undecided, property, fmt.Sprintf("%s cannot be read: %v", property, err)}
		}
		for _, c := range definitions {
			if wrong := find(c); wrong != "" {
				return failed(property, "container %s %s", graph.Props(c).Text("name"), wrong)
			}
		}
		return passed
	}
}

func credentials(c graph.Props) string {
	for _, v := range c.Objects("environment") {
		if name := v.Text("name"); slices.Contains(
			[]string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"}, name) {
			return "has " + name + " in its environment"
		}
	}
	return ""
}

// rootless accepts the forms user and user:group, with names or numbers.
func rootless(c graph.Props) string {
	switch user, _, _ := strings.Cut(c.Text("user"), ":"); user {
	case "":
		return "names no user"
	case "root", "0":
		return "runs as " + user
	}
	return ""
}

func insights(s subject) outcome {
	const property = "settings"
	for _, setting := range s.Objects(property) {
		if setting.Text("name") == "containerInsights" {
			if level, known := setting.At("value"); !known {
				return unsure(property)
			} else if level == "enabled" || level == "enhanced" {
				return passed
			}
			return failed(property, "containerInsights is %s", setting.Text("value"))
		}
	}
	if !s.settled(property) {
		return unsure(property)
	}
	return failed(property, "containerInsights is not set")
}

func volumes(s subject) outcome {
	const property = "volumes"
	o := skipped("the tasks mount no EFS volume")
	for _, v := range s.Objects(property) {
		if v.Object("efsVolumeConfiguration") == nil {
			continue
		}
		encryption, known := v.At("efsVolumeConfiguration.transitEncryption")
		switch {
		case !known:
			o = unsure(property)
		case encryption != "ENABLED":
			return failed(property, "transitEncryption of volume %s is %s", v.Text("name"), text(encryption, "not set"))
		case o.status == NotApplicable:
			o = passed
		}
	}
	if o.status == NotApplicable && !s.settled(property) {
		return unsure(property)
	}
	return o
}
