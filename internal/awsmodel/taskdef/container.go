// Package taskdef reads container definitions and checks the rules of RegisterTaskDefinition for Fargate.
package taskdef

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Container holds the modelled properties of a container definition.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type Container struct {
	Name              string            `json:"name"`
	Image             string            `json:"image"`
	Essential         *bool             `json:"essential"` // Defaults to true.
	Command           []string          `json:"command"`
	EntryPoint        []string          `json:"entryPoint"`
	WorkingDirectory  string            `json:"workingDirectory"`
	User              string            `json:"user"`
	CPU               int               `json:"cpu"`               // Units; 1024 units are one vCPU.
	Memory            int               `json:"memory"`            // MiB; a container that uses more is killed.
	MemoryReservation int               `json:"memoryReservation"` // MiB.
	Environment       []Variable        `json:"environment"`
	Secrets           []Secret          `json:"secrets"`
	PortMappings      []PortMapping     `json:"portMappings"`
	DependsOn         []Dependency      `json:"dependsOn"`
	LogConfiguration  *LogConfiguration `json:"logConfiguration"`
	MountPoints       []MountPoint      `json:"mountPoints"`
	StartTimeout      *int              `json:"startTimeout"` // Seconds.
	StopTimeout       *int              `json:"stopTimeout"`  // Seconds, 30 by default.
	HealthCheck       *HealthCheck      `json:"healthCheck"`
	Ulimits           []Ulimit          `json:"ulimits"`
	LinuxParameters   *LinuxParameters  `json:"linuxParameters"`
	DockerLabels      map[string]string `json:"dockerLabels"`
	Privileged        bool              `json:"privileged"` // Fargate refuses it.
	// ReadonlyRootFilesystem means that the container can write only to volumes.
	ReadonlyRootFilesystem bool   `json:"readonlyRootFilesystem"`
	Interactive            bool   `json:"interactive"`
	PseudoTerminal         bool   `json:"pseudoTerminal"`
	VersionConsistency     string `json:"versionConsistency"` // Whether a tag becomes a digest: enabled or disabled.
	// The contents of the following are not modelled. AWS returns empty lists for the last two.
	RepositoryCredentials map[string]any `json:"repositoryCredentials"`
	EnvironmentFiles      []any          `json:"environmentFiles"`
	SystemControls        []any          `json:"systemControls"`
	VolumesFrom           []any          `json:"volumesFrom"`
}

// Variable is one environment variable.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Secret is one environment variable whose value ECS reads when a task starts.
type Secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// PortMapping is one port that a container listens on.
type PortMapping struct {
	Name          string `json:"name"`
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
	AppProtocol   string `json:"appProtocol"`
}

// Dependency makes a container wait for another.
type Dependency struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
}

// LogConfiguration configures where a container's output goes.
type LogConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// MountPoint mounts a volume of the task in a container.
type MountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
}

// HealthCheck is a command that runs inside the container.
type HealthCheck struct {
	Command     []string `json:"command"`
	Interval    *int     `json:"interval"`
	Timeout     *int     `json:"timeout"`
	Retries     *int     `json:"retries"`
	StartPeriod *int     `json:"startPeriod"`
}

// Ulimit is a limit of the container's processes.
type Ulimit struct {
	Name      string `json:"name"`
	SoftLimit int    `json:"softLimit"`
	HardLimit int    `json:"hardLimit"`
}

// LinuxParameters holds the Linux parameters that Fargate accepts.
type LinuxParameters struct {
	InitProcessEnabled bool         `json:"initProcessEnabled"`
	Capabilities       Capabilities `json:"capabilities"`
}

// Capabilities lists the Linux capabilities that a container has in addition to the default ones, or that it lacks.
type Capabilities struct {
	Add  []string `json:"add"`
	Drop []string `json:"drop"`
}

// IsEssential reports whether the task stops when the container stops.
func (c Container) IsEssential() bool { return c.Essential == nil || *c.Essential }

// Waits reports whether the container starts only after the other one has exited.
func (d Dependency) Waits() bool { return d.Condition == "SUCCESS" || d.Condition == "COMPLETE" }

// Writes reports whether the container can write to a path: its root file system is not read-only, or the path is on a
// writable volume.
func (c Container) Writes(path string) bool {
	return !c.ReadonlyRootFilesystem || slices.ContainsFunc(c.MountPoints, func(m MountPoint) bool {
		return !m.ReadOnly && strings.HasPrefix(path+"/", strings.TrimSuffix(m.ContainerPath, "/")+"/")
	})
}

// Parse reads container definitions as the real provider does: it ignores unknown keys. It returns an error if the text
// is not a JSON array, or if a value has the wrong type.
func Parse(text string) ([]Container, error) {
	var containers []Container
	if err := json.Unmarshal([]byte(text), &containers); err != nil {
		return nil, fmt.Errorf("ECS Task Definition container_definitions is invalid: Error decoding JSON: %w", err)
	}
	return containers, nil
}

// Modelled returns an error if container definitions, which Parse can read, have a key that Container does not have.
// The key may be valid for ECS, or it may be misspelt ("secret" for "secrets"), which is not noticed until the app
// fails.
func Modelled(text string) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(new([]Container)); err != nil {
		return fmt.Errorf("the sandbox does not model a key of a container: %w; ECS ignores a key that it does not "+
			"support", err)
	}
	return nil
}
