// Package taskdef reads container definitions and holds the rules of RegisterTaskDefinition for Fargate.
package taskdef

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Container is what is modelled of a container definition.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type Container struct {
	Name              string            `json:"name"`
	Image             string            `json:"image"`
	Essential         *bool             `json:"essential"` // Defaults to true.
	Command           []string          `json:"command"`
	EntryPoint        []string          `json:"entryPoint"`
	WorkingDirectory  string            `json:"workingDirectory"`
	User              string            `json:"user"`
	CPU               int               `json:"cpu"`               // Units, 1024 to the vCPU.
	Memory            int               `json:"memory"`            // MiB; more kills the container.
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
	Privileged        bool              `json:"privileged"` // Not on Fargate.
	// ReadonlyRootFilesystem leaves volumes alone to write to.
	ReadonlyRootFilesystem bool   `json:"readonlyRootFilesystem"`
	Interactive            bool   `json:"interactive"`
	PseudoTerminal         bool   `json:"pseudoTerminal"`
	VersionConsistency     string `json:"versionConsistency"` // Whether a tag becomes a digest: enabled or disabled.
	// What is in one of these is not modelled. AWS answers empty lists of the last two.
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

// LogConfiguration says where a container's output goes.
type LogConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// MountPoint puts a volume of the task into a container.
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

// LinuxParameters are the ones that Fargate takes.
type LinuxParameters struct {
	InitProcessEnabled bool         `json:"initProcessEnabled"`
	Capabilities       Capabilities `json:"capabilities"`
}

// Capabilities are what of root's rights a container has more or less than by default.
type Capabilities struct {
	Add  []string `json:"add"`
	Drop []string `json:"drop"`
}

// IsEssential tells whether the task stops with the container.
func (c Container) IsEssential() bool { return c.Essential == nil || *c.Essential }

// Waits tells whether the container starts only after another one has exited.
func (d Dependency) Waits() bool { return d.Condition == "SUCCESS" || d.Condition == "COMPLETE" }

// Writes tells whether the container may write to a path: its root file system is not read-only, or a volume holds it.
func (c Container) Writes(path string) bool {
	return !c.ReadonlyRootFilesystem || slices.ContainsFunc(c.MountPoints, func(m MountPoint) bool {
		return !m.ReadOnly && strings.HasPrefix(path+"/", strings.TrimSuffix(m.ContainerPath, "/")+"/")
	})
}

// Parse reads container definitions as the real provider does, which passes over keys that it does not know. Errors: no
// JSON array, a wrong type.
func Parse(text string) ([]Container, error) {
	var containers []Container
	if err := json.Unmarshal([]byte(text), &containers); err != nil {
		return nil, fmt.Errorf("ECS Task Definition container_definitions is invalid: Error decoding JSON: %w", err)
	}
	return containers, nil
}

// Modelled refuses container definitions, which Parse can read, with a key that Container does not have. It may be one
// of ECS's or misspelt ("secret" for "secrets"), which hides until the app fails.
func Modelled(text string) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(new([]Container)); err != nil {
		return fmt.Errorf("the sandbox does not model a key of a container: %w; where ECS does not know it either, it is "+
			"ignored", err)
	}
	return nil
}
