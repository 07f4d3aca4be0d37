package ecs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// container is what the sandbox reads of a container definition. Unknown keys are refused: ECS ignores them, which
// hides typing errors ("secret" for "secrets") until the app fails.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type container struct {
	Name             string          `json:"name"`
	Image            string          `json:"image"`
	Essential        *bool           `json:"essential"`
	Command          []string        `json:"command"`
	EntryPoint       []string        `json:"entryPoint"`
	WorkingDirectory string          `json:"workingDirectory"`
	User             string          `json:"user"`
	CPU              int             `json:"cpu"`
	Memory           int             `json:"memory"`
	Reservation      int             `json:"memoryReservation"`
	Environment      []variable      `json:"environment"`
	EnvironmentFiles []any           `json:"environmentFiles"`
	Secrets          []secret        `json:"secrets"`
	PortMappings     []portMapping   `json:"portMappings"`
	DependsOn        []dependency    `json:"dependsOn"`
	LogConfiguration *logOptions     `json:"logConfiguration"`
	MountPoints      []any           `json:"mountPoints"`
	VolumesFrom      []any           `json:"volumesFrom"`
	SystemControls   []any           `json:"systemControls"`
	StartTimeout     int             `json:"startTimeout"`
	StopTimeout      int             `json:"stopTimeout"`
	HealthCheck      json.RawMessage `json:"healthCheck"`
	Ulimits          []any           `json:"ulimits"`
	LinuxParameters  json.RawMessage `json:"linuxParameters"`
	ReadonlyRoot     bool            `json:"readonlyRootFilesystem"`
	Labels           map[string]any  `json:"dockerLabels"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type portMapping struct {
	Name          string `json:"name"`
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
	AppProtocol   string `json:"appProtocol"`
}

type dependency struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
}

type logOptions struct {
	LogDriver     string            `json:"logDriver"`
	Options       map[string]string `json:"options"`
	SecretOptions []any             `json:"secretOptions"`
}

func (c container) essential() bool { return c.Essential == nil || *c.Essential }

func parseContainers(text string) ([]container, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var containers []container
	if err := decoder.Decode(&containers); err != nil {
		return nil, fmt.Errorf("ECS Task Definition container_definitions is invalid: Error decoding JSON: %w", err)
	}
	return containers, nil
}

// checkContainers holds ECS's rules for the containers of a Fargate task, with the texts of RegisterTaskDefinition.
func checkContainers(containers []container) error {
	names := []string{}
	essential := false
	for _, c := range containers {
		if c.Name == "" || slices.Contains(names, c.Name) {
			return fmt.Errorf("ClientException: Container names must be unique and not empty: %q", c.Name)
		}
		names = append(names, c.Name)
		essential = essential || c.essential()
	}
	if !essential {
		return fmt.Errorf("ClientException: A task definition must have at least one essential container")
	}
	for _, c := range containers {
		if err := c.check(containers); err != nil {
			return err
		}
	}
	return nil
}

func (c container) check(all []container) error {
	if c.Image == "" {
		return fmt.Errorf("ClientException: Container.image should not be null or empty.")
	}
	for _, port := range c.PortMappings {
		if port.HostPort != 0 && port.HostPort != port.ContainerPort {
			return fmt.Errorf("ClientException: When networkMode=awsvpc, the host ports and container ports " +
				"in port mappings must match.")
		}
	}
	for _, s := range c.Secrets {
		if slices.ContainsFunc(c.Environment, func(v variable) bool { return v.Name == s.Name }) {
			return fmt.Errorf("ClientException: The secret name must be unique and not shared with any new or existing "+
				"environment variables set on the container, such as '%s'.", s.Name)
		}
	}
	if c.StopTimeout > 120 || c.StartTimeout > 120 {
		return fmt.Errorf("ClientException: startTimeout and stopTimeout of container %q cannot exceed 120 seconds", c.Name)
	}
	if err := c.checkDependencies(all); err != nil {
		return err
	}
	return c.checkLogs()
}

func (c container) checkDependencies(all []container) error {
	for _, d := range c.DependsOn {
		i := slices.IndexFunc(all, func(other container) bool { return other.Name == d.ContainerName })
		if i < 0 {
			return fmt.Errorf("ClientException: Container %q depends on container %q, which does not exist",
				c.Name, d.ContainerName)
		}
		waits := d.Condition == "SUCCESS" || d.Condition == "COMPLETE"
		if waits && all[i].essential() {
			return fmt.Errorf("ClientException: A dependency container with SUCCESS or COMPLETE condition " +
				"cannot be an essential container")
		}
	}
	return nil
}

func (c container) checkLogs() error {
	if c.LogConfiguration == nil {
		return nil
	}
	if c.LogConfiguration.LogDriver != "awslogs" {
		return fmt.Errorf("the sandbox does not model the log driver %q; it models awslogs", c.LogConfiguration.LogDriver)
	}
	var missing []string
	for _, option := range []string{"awslogs-region", "awslogs-group", "awslogs-stream-prefix"} {
		if c.LogConfiguration.Options[option] == "" {
			missing = append(missing, option)
		}
	}
	if missing != nil {
		return fmt.Errorf("ClientException: Log driver awslogs requires options: %s", strings.Join(missing, ", "))
	}
	return nil
}
