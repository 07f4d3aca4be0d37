package ecs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// How long the steps of a task take in the world's time. AWS publishes no figures; these are typical.
const (
	provisionTime = 10 * time.Second // The network interface.
	pullTime      = 15 * time.Second
	migrateTime   = 5 * time.Second
	bootTime      = 5 * time.Second
	failTime      = 20 * time.Second // Until ECS gives up on a request without an answer.
)

// fate is what will happen to a task if nothing around it changes. It is computed when the task is placed.
type fate struct {
	pending, running time.Time
	// healthy is when the task becomes healthy, unless stopped is earlier.
	healthy, stopped time.Time
	reason, log      string
	exec             string
}

func (f fate) stops() bool { return !f.stopped.IsZero() }

// foresee computes a task's fate. The readiness model evaluates its network, roles and resources. The declarations of
// the images define how the containers behave. The health checks depend on both.
func (s *scheduler) foresee(t *Task) fate {
	f := fate{pending: t.CreatedAt.Add(provisionTime)}
	task, err := s.account.task(s.service, t)
	if err != nil {
		return f.stop(f.pending, err.Error())
	}
	if reason := readiness.Failure(task.Start()); reason != "" {
		return f.stop(f.pending.Add(failTime), reason)
	}
	f.running = f.pending.Add(pullTime)
	if s.service.Props["enableExecuteCommand"] == true {
		f.exec = "RUNNING"
		if answer := task.Exec(); !answer.OK() {
			f.exec = "STOPPED (" + answer.Symptom + ")"
		}
	}
	if f = s.runContainers(f, task); f.stops() {
		return f
	}
	for _, balancer := range graph.Props(s.service.Props).Objects("loadBalancers") {
		if f = s.checkHealth(f, task, balancer); f.stops() {
			return f
		}
	}
	return f
}

func (f fate) stop(at time.Time, reason string) fate {
	f.stopped, f.reason = at, reason
	return f
}

const exited = "Essential container in task exited"

// runContainers starts the containers in the order of their dependencies.
func (s *scheduler) runContainers(f fate, task readiness.Task) fate {
	architecture := cmp.Or(task.Definition.Object("runtimePlatform").Text("cpuArchitecture"), "X86_64")
	for _, c := range task.Containers {
		image, _ := imageOf(s.call.World, c.Image)
		if image.Architectures != nil && !slices.Contains(image.Architectures, architecture) {
			return f.stop(f.running, fmt.Sprintf("CannotPullContainerError: pull image manifest has been retried 1 time(s): "+
				"image Manifest does not contain descriptor matching platform 'linux/%s'", docker[architecture]))
		}
	}
	started := f.running
	for _, c := range task.Containers {
		if f = s.runContainer(f, started, c, task); f.stops() {
			return f
		}
	}
	return f
}

// runContainer starts one container, after the container that it waits for. The task runs once every essential
// container has started.
func (s *scheduler) runContainer(f fate, ready time.Time, c taskdef.Container, task readiness.Task) fate {
	if waited, condition := waitsForAnother(c, task.Containers); waited != nil {
		image, _ := imageOf(s.call.World, waited.Image)
		takes := seconds(image.MigrateSeconds, migrateTime)
		if limit := waited.StartTimeout; limit != nil && takes > time.Duration(*limit)*time.Second {
			return f.stop(ready.Add(time.Duration(*limit)*time.Second), fmt.Sprintf("%s: dependency graph: container ordering "+
				"dependency [%s(%s)] for target [%s(%s)] has timed out.", exited, waited.Name, waited.Image, c.Name, c.Image))
		}
		ready = ready.Add(takes)
		if code, log := s.exitCode(*waited, task); condition == "SUCCESS" && code != nil && *code != 0 {
			f.log = log
			return f.stop(ready, fmt.Sprintf("%s: CannotStartContainerError: dependency graph: failed to resolve container "+
				"ordering dependency [%s(%s) (STOPPED->RUNNING) - Exit: %d] for target [%s(%s) (NONE->RUNNING)] as dependency "+
				"did not exit successfully.", exited, waited.Name, waited.Image, *code, c.Name, c.Image))
		}
	}
	if !c.IsEssential() {
		return f
	}
	f.running = later(f.running, ready)
	if code, log := s.exitCode(c, task); code != nil {
		f.log = log
		return f.stop(ready.Add(bootTime), fmt.Sprintf("%s (container %s: exit code %d)", exited, c.Name, *code))
	}
	if reason := insideCheck(c); reason != "" {
		return f.stop(ready.Add(failTime), reason)
	}
	image, _ := imageOf(s.call.World, c.Image)
	f.healthy = later(f.healthy, ready.Add(seconds(image.StartSeconds, bootTime)))
	return f
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

var docker = map[string]string{"X86_64": "amd64", "ARM64": "arm64"}

// seconds returns a declared time, or the usual one if none is declared.
func seconds(declared int, usual time.Duration) time.Duration {
	if declared > 0 {
		return time.Duration(declared) * time.Second
	}
	return usual
}

// waitsForAnother returns the container that has to exit before c starts, and the condition; nil if there is none.
func waitsForAnother(c taskdef.Container, all []taskdef.Container) (other *taskdef.Container, condition string) {
	for _, d := range c.DependsOn {
		i := slices.IndexFunc(all, func(other taskdef.Container) bool { return other.Name == d.ContainerName })
		if d.Waits() && i >= 0 {
			return &all[i], d.Condition
		}
	}
	return nil, ""
}

// exitCode returns a container's exit code and its last log line; nil if it keeps running.
func (s *scheduler) exitCode(c taskdef.Container, task readiness.Task) (code *int, log string) {
	image, _ := imageOf(s.call.World, c.Image)
	command := strings.Join(slices.Concat(c.EntryPoint, c.Command), " ")
	migrates := strings.Contains(command, "migrate")
	serves := strings.Contains(command, "server") || strings.Contains(command, "start")
	ends, log := migration(image, task.Databases(c))
	switch lacking := image.missingVariable(c); {
	case lacking != "":
		return new(1), fmt.Sprintf("** (System.EnvError) could not fetch environment variable %q because it is not set",
			lacking)
	case migrates && !serves, migrates && strings.Contains(command, "&&") && ends != 0:
		return &ends, log
	case image.Exit != nil:
		return image.Exit, fmt.Sprintf("the app ended with code %d", *image.Exit)
	}
	return nil, ""
}

// migration returns the migration's exit code and its last log line. The migration requires the database at once,
// whereas the app can wait for it.
func migration(image Image, database awsmodel.Answer) (code int, log string) {
	if failure := database.Failure(); failure != "" {
		return 1, failure
	}
	return image.MigrateExit, fmt.Sprintf("migration ended with code %d", image.MigrateExit)
}

// insideCheck returns why a container's own health check fails, or "". Live Beats' image has neither curl nor wget.
func insideCheck(c taskdef.Container) string {
	if c.HealthCheck == nil || !liveBeats(c) {
		return ""
	}
	command := strings.Join(c.HealthCheck.Command, " ")
	if strings.Contains(command, "curl") || strings.Contains(command, "wget") {
		return "Task failed container health checks"
	}
	return "the sandbox cannot decide this: whether the health check command of container " + c.Name + " succeeds: " +
		command
}

// portOf returns the port that the app in a container listens on. Another program than Live Beats, without a variable
// PORT, listens on the port that is asked for.
func portOf(c taskdef.Container, image Image, asked int) int {
	if image.Port > 0 {
		return image.Port
	}
	for _, v := range c.Environment {
		if port, err := strconv.Atoi(v.Value); v.Name == "PORT" && err == nil {
			return port
		}
	}
	if liveBeats(c) {
		return livebeats.Port
	}
	return asked
}
