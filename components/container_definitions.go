package components

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// containerDefinition has the fields that ECS returns for a container. Defaults are written out and lists are sorted,
// so that a second deployment has nothing to change.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type containerDefinition struct {
	Command          []string          `json:"command"`
	Cpu              int               `json:"cpu"` // 0 shares the task's CPU.
	DependsOn        []dependency      `json:"dependsOn,omitempty"`
	Environment      []variable        `json:"environment"`
	DockerLabels     map[string]string `json:"dockerLabels,omitempty"`
	Essential        bool              `json:"essential"`
	Image            string            `json:"image"`
	LogConfiguration logConfiguration  `json:"logConfiguration"`
	MountPoints      []mountPoint      `json:"mountPoints"`
	Name             string            `json:"name"`
	PortMappings     []portMapping     `json:"portMappings"`
	Secrets          []secret          `json:"secrets"`
	StopTimeout      int               `json:"stopTimeout,omitempty"` // Seconds.
	SystemControls   []struct{}        `json:"systemControls"`
	VolumesFrom      []struct{}        `json:"volumesFrom"`
}

type dependency struct {
	Condition     string `json:"condition"`
	ContainerName string `json:"containerName"`
}

type mountPoint struct {
	ContainerPath string `json:"containerPath"`
	SourceVolume  string `json:"sourceVolume"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"` // A full parameter ARN.
}

type portMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"` // The same as ContainerPort: awsvpc accepts no other port.
	Protocol      string `json:"protocol"`
}

type logConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// containerSpec contains the values that determine the container definitions. All of them are known.
type containerSpec struct {
	image       string
	region      string
	logGroup    string
	port        int
	stopTimeout int
	migrate     bool
	environment map[string]string
	secrets     map[string]string // Environment name to parameter ARN.
	versions    map[string]int    // Versions of those parameters that are known.
	mountPath   string            // Where the shared files are mounted; empty for none.
}

// render returns the container definitions as JSON, sorted by container name.
func (s containerSpec) render() (string, error) {
	if err := s.check(); err != nil {
		return "", fmt.Errorf("render container definitions: %w", err)
	}
	// A command in exec form: a shell would not pass SIGTERM on to the BEAM, and connections would not be drained.
	app := s.container(livebeats.AppContainer, "/app/bin/server")
	app.Essential = true
	app.StopTimeout = s.stopTimeout
	if s.mountPath != "" {
		app.MountPoints = []mountPoint{{ContainerPath: s.mountPath, SourceVolume: filesVolume}}
	}
	app.PortMappings = []portMapping{{ContainerPort: s.port, HostPort: s.port, Protocol: "tcp"}}
	containers := []containerDefinition{app}
	if s.migrate {
		containers[0].DependsOn = []dependency{{Condition: "SUCCESS", ContainerName: livebeats.MigrateContainer}}
		containers = append(containers, s.container(livebeats.MigrateContainer, "/app/bin/migrate"))
	}
	text, err := json.Marshal(containers)
	if err != nil {
		return "", fmt.Errorf("render container definitions: %w", err)
	}
	return string(text), nil
}

// label adds a Docker label: a changed value creates a new revision, but the application does not see it.
func (c *containerDefinition) label(name, value string) {
	if c.DockerLabels == nil {
		c.DockerLabels = map[string]string{}
	}
	c.DockerLabels[name] = value
}

func (s containerSpec) container(name, command string) containerDefinition {
	definition := containerDefinition{
		Name: name, Image: s.image, Command: []string{command},
		Environment: []variable{}, Secrets: []secret{}, PortMappings: []portMapping{},
		MountPoints: []mountPoint{}, SystemControls: []struct{}{}, VolumesFrom: []struct{}{},
		LogConfiguration: logConfiguration{LogDriver: "awslogs", Options: map[string]string{
			"awslogs-group": s.logGroup, "awslogs-region": s.region, "awslogs-stream-prefix": "ecs",
		}},
	}
	for _, key := range slices.Sorted(maps.Keys(s.environment)) {
		definition.Environment = append(definition.Environment, variable{Name: key, Value: s.environment[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(s.secrets)) {
		definition.Secrets = append(definition.Secrets, secret{Name: key, ValueFrom: s.secrets[key]})
		if version, known := s.versions[key]; known {
			definition.label(livebeats.VersionLabel+key, strconv.Itoa(version))
		}
	}
	return definition
}

// check checks what is known only after the secrets' ARNs are.
func (s containerSpec) check() error {
	var p problems
	for _, key := range slices.Sorted(maps.Keys(s.secrets)) {
		_, taken := s.environment[key]
		p.check(!taken, "Secrets", key, "a name that is not also a plain variable: ECS accepts each name once")
		p.match("Secrets", key, awsmodel.Variable)
		if !awsmodel.ParameterARN.Valid(s.secrets[key]) { // The value is not repeated: it may be the secret itself.
			//nolint:staticcheck // The message begins with the arg's name.
			p.found = append(p.found, fmt.Errorf("Secrets[%q] must be %s", key, awsmodel.ParameterARN.Allowed))
		}
	}
	return errors.Join(p.found...)
}
