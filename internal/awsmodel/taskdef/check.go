package taskdef

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// maxContainers is the largest number of containers in a task.
const maxContainers = 10

// Task holds the properties of the task definition that the rules for containers depend on.
type Task struct {
	CPU, Memory int      // CPU units and MiB; 0 if not known.
	Volumes     []string // Names of the volumes.
}

// Check checks ECS's rules for the containers of a Fargate task. Its errors have the texts of RegisterTaskDefinition
// where these are known. Like AWS, it returns only the first problem.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
func Check(containers []Container, task Task) error {
	if n := len(containers); n == 0 || n > maxContainers {
		return clientError("A task definition must have 1 to %d containers; it has %d", maxContainers, n)
	}
	var names []string
	for _, c := range containers {
		if !containerName.MatchString(c.Name) || slices.Contains(names, c.Name) {
			return clientError("Container names must be unique, of 1 to 255 letters, digits, - and _: %q", c.Name)
		}
		names = append(names, c.Name)
	}
	if !slices.ContainsFunc(containers, Container.IsEssential) {
		return clientError("A task definition must have at least one essential container")
	}
	for _, c := range containers {
		for _, rule := range []func() error{
			c.checkForm, c.checkRights,
			func() error { return c.checkSize(task) }, func() error { return c.checkPorts(containers) },
			c.checkVariables, func() error { return c.checkDependencies(containers) }, c.checkLogs,
			func() error { return c.checkMounts(task.Volumes) }, c.checkTimes, c.checkHealth, c.checkUlimits,
		} {
			if err := rule(); err != nil {
				return err
			}
		}
	}
	return checkSum(containers, task)
}

var (
	containerName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
	portName      = regexp.MustCompile(`^[a-z0-9_][a-z0-9_-]{0,63}$`)
)

func clientError(format string, args ...any) error {
	return fmt.Errorf("ClientException: %s", fmt.Sprintf(format, args...))
}

func (c Container) checkForm() error {
	if len(c.RepositoryCredentials)+len(c.EnvironmentFiles)+len(c.SystemControls)+len(c.VolumesFrom) > 0 {
		return fmt.Errorf("the sandbox does not model repositoryCredentials, environmentFiles, systemControls and "+
			"volumesFrom of container %q: leave them empty", c.Name)
	}
	if c.Image == "" {
		return clientError("Container.image should not be null or empty.")
	}
	if _, err := awsmodel.ParseImage(c.Image); err != nil {
		return clientError("Container.image is not valid: %v", err)
	}
	return nil
}

var consistencies = []string{"", "enabled", "disabled"}

// checkRights checks which rights on its host Fargate gives a container.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
func (c Container) checkRights() error {
	switch {
	case c.Privileged:
		return clientError("Fargate compatible task definitions do not support privileged") // wording is a guess
	case !slices.Contains(consistencies, c.VersionConsistency):
		return clientError("versionConsistency %q of container %q must be enabled or disabled", c.VersionConsistency, c.Name)
	case c.LinuxParameters == nil:
		return nil
	}
	for _, capability := range c.LinuxParameters.Capabilities.Add {
		if capability != "SYS_PTRACE" {
			// wording is a guess
			return clientError("Fargate adds the capability SYS_PTRACE alone: %q of container %q", capability, c.Name)
		}
	}
	return nil
}

// minMemory is the smallest memory of a Docker container, in MiB.
const minMemory = 6

func (c Container) checkSize(task Task) error {
	switch {
	case c.CPU < 0 || c.Memory < 0 || c.MemoryReservation < 0:
		return clientError("cpu, memory and memoryReservation of container '%s' cannot be negative", c.Name)
	case c.Memory > 0 && c.Memory < minMemory:
		return clientError("The 'memory' setting for container '%s' must be at least %d", c.Name, minMemory)
	case c.Memory > 0 && c.Memory < c.MemoryReservation:
		return clientError("The 'memory' setting for container '%s' must be at least its 'memoryReservation'", c.Name)
	case task.Memory > 0 && max(c.Memory, c.MemoryReservation) > task.Memory:
		return clientError("The 'memory' setting for container '%s' is greater than for the task.", c.Name)
	}
	return nil
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
func checkSum(containers []Container, task Task) error {
	cpu, memory := 0, 0
	for _, c := range containers {
		cpu += c.CPU
		// The reservation counts. Memory above it, up to the hard limit, is not reserved.
		memory += cmp.Or(c.MemoryReservation, c.Memory)
	}
	switch {
	case task.CPU > 0 && cpu > task.CPU:
		return clientError("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.")
	case task.Memory > 0 && memory > task.Memory:
		// wording is a guess
		return clientError("The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.")
	}
	return nil
}

// checkPorts also compares with the other containers, because all share the task's network interface.
func (c Container) checkPorts(all []Container) error {
	for _, p := range c.PortMappings {
		switch {
		case p.HostPort != 0 && p.HostPort != p.ContainerPort:
			return clientError("When networkMode=awsvpc, the host ports and container ports in port mappings must match.")
		case p.ContainerPort < 1 || p.ContainerPort > 65535:
			return clientError("containerPort %d of container '%s' must be 1 to 65535", p.ContainerPort, c.Name)
		case !slices.Contains([]string{"", "tcp", "udp"}, p.Protocol):
			return clientError("protocol %q of container '%s' must be tcp or udp", p.Protocol, c.Name)
		case !slices.Contains([]string{"", "http", "http2", "grpc"}, p.AppProtocol):
			return clientError("appProtocol %q of container '%s' must be http, http2 or grpc", p.AppProtocol, c.Name)
		case p.Name != "" && !portName.MatchString(p.Name):
			return clientError("port name %q of container '%s' must be up to 64 lower-case letters, digits, - and _",
				p.Name, c.Name)
		case uses(all, p) > 1:
			return clientError("containerPort %d is mapped more than once", p.ContainerPort)
		}
	}
	return nil
}

func uses(all []Container, port PortMapping) int {
	n := 0
	for _, c := range all {
		for _, p := range c.PortMappings {
			if p.ContainerPort == port.ContainerPort && (p.Protocol == "udp") == (port.Protocol == "udp") {
				n++
			}
		}
	}
	return n
}

func (c Container) checkVariables() error {
	for _, v := range c.Environment {
		if strings.ContainsRune(v.Name+v.Value, 0) {
			return fmt.Errorf("variable %q of container %q contains the character NUL, which no environment can hold",
				strings.ReplaceAll(v.Name, "\x00", ""), c.Name)
		}
	}
	for i, s := range c.Secrets {
		taken := slices.ContainsFunc(c.Environment, func(v Variable) bool { return v.Name == s.Name }) ||
			slices.ContainsFunc(c.Secrets[:i], func(other Secret) bool { return other.Name == s.Name })
		if taken {
			return clientError("The secret name must be unique and not shared with any new or existing environment "+
				"variables set on the container, such as '%s'.", s.Name)
		}
		if s.Name == "" || s.ValueFrom == "" {
			return clientError("a secret of container '%s' must have a name and a valueFrom", c.Name)
		}
	}
	return nil
}

func (c Container) checkMounts(volumes []string) error {
	for _, m := range c.MountPoints {
		switch {
		case !slices.Contains(volumes, m.SourceVolume):
			return clientError("Unknown volume '%s'.", m.SourceVolume)
		case !strings.HasPrefix(m.ContainerPath, "/"):
			return clientError("containerPath %q of container '%s' must be an absolute path", m.ContainerPath, c.Name)
		}
	}
	return nil
}
