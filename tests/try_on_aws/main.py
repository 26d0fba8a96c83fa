"""`make try-on-aws`: trials of what is inferred about AWS, then the main job, in an account. README.md tells more."""

import argparse
import datetime
import os
import pathlib
import subprocess
import sys
import traceback

import boto3
import cleanup
import replay
import scenario_a
from account import Account, OutOfTime, RealTime
from browser import Browser, SimulatedBrowser, SimulatedTime, is_simulator
from recording import Recording
from trials import TRIALS

PLAN = """\
In account {account}, region {region}, this run would make, each with the tag private-api-front-door-trial:

  free of charge     a VPC with four subnets, an internet gateway, a route table, security groups; two IAM roles with an inline policy;
                     an imported certificate; REST APIs with a deployment; a Lambda function (invoked once)
  billed by the hour two Application Load Balancers, a network load balancer, two or three interface endpoints in two zones each
  billed by volume   some hundred requests through them

It takes 60 to 120 minutes, mostly waiting for AWS, and ends after {minutes} minutes whatever happens. At the end, and after an interruption, it deletes
all of it; `make try-on-aws TRY=clean` does so later. Trials:

{trials}
  A  one manifest, applied to an API server here, answered with 200 through its load balancer, deleted without a rest

To run it: make try-on-aws TRY=run"""


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("plan", "run", "clean", "replay"), help="plan changes nothing")
    parser.add_argument("--recording", type=pathlib.Path, help="file to write, or to replay")
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="folder of the built programs")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for files of the run")
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("TRY_MINUTES", "180")), help="time limit")
    return parser.parse_args()


def opened(arguments):
    """The account that the environment names: AWS, or the simulator in its place."""
    url = os.environ.get("AWS_ENDPOINT_URL")
    simulated = is_simulator(url)
    clock = SimulatedTime(url) if simulated else RealTime()
    recording = Recording(clock)
    w = Account(recording, (SimulatedBrowser if simulated else Browser)(recording), clock, arguments.minutes)
    w.consumer = w.consumer_vpc = w.consumer_subnets = None
    consumer = os.environ.get("TRY_CONSUMER_PROFILE")
    if consumer:
        w.consumer_vpc, w.consumer_subnets = os.environ["TRY_CONSUMER_VPC"], os.environ["TRY_CONSUMER_SUBNETS"].split(",")
        w.consumer = w.clients(boto3.Session(profile_name=consumer), "consumer", into=type("Consumer", (), {})())
        w.consumer.number = w.consumer.sts.get_caller_identity()["Account"]
        recording.hide(w.consumer.number, "444455556666")
    w.simulated = simulated
    return w


def run(w, arguments):
    """All trials and scenario A; how many of them failed."""
    policy = [arguments.programs / "frontdoor", "iam-policy", "--cluster-id", w.run]
    w.shipped_policy = subprocess.run(policy, check=True, capture_output=True, text=True).stdout
    failed = 0
    scenario = ("A", "scenario", "does one manifest lead to a 200, and its deletion to nothing?", [],
                lambda w: scenario_a.run(w, arguments.programs / "testenv", arguments.work))
    for number, _, question, rules, function in [*TRIALS, scenario]:
        print(f"{number}  {question}", flush=True)
        w.recording.begin(str(number), rules)
        try:
            function(w)
        except OutOfTime:
            raise
        except Exception as error:  # one trial that AWS refuses must not keep the others from running
            failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            print(f"    FAILED: {type(error).__name__}: {error} ({where.filename.rsplit('/', 1)[-1]}:{where.lineno})", flush=True)
            w.recording.observe("failed", f"{type(error).__name__}: {error}")
    return failed


def trials(arguments):
    w = opened(arguments)
    path = arguments.recording or arguments.work / f"recording-{w.run}.json"
    print(f"run {w.run} in region {w.region}{' of the simulator' if w.simulated else ''}", flush=True)
    failed = 1
    try:
        failed = run(w, arguments)
    except (KeyboardInterrupt, OutOfTime) as stop:
        print(f"stopped: {stop or 'interrupted'}; what was made is deleted now", flush=True)
    finally:
        about = {"run": w.run, "region": w.region, "simulator": w.simulated, "date": datetime.date.today().isoformat()}
        w.recording.write(path, about)
        print(f"recording: {path}", flush=True)
        w.recording.begin("clean-up", [])
        left = cleaned(w)
    return 1 if failed or left else 0


def cleaned(w):
    """Deletes what carries the tag; what is left, printed."""
    left = cleanup.clean(w)
    for id, why in left.items():
        print(f"left over: {id}: {why}", flush=True)
    print("left over: nothing" if not left else "to try again: make try-on-aws TRY=clean", flush=True)
    return left


def main():
    arguments = parse()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.what == "replay":
        return replay.run(arguments.recording)
    if arguments.what == "run":
        return trials(arguments)
    w = opened(arguments)
    if arguments.what == "clean":
        return 1 if cleaned(w) else 0
    listed = "\n".join(f"  {number}  {question}" for number, _, question, *_ in TRIALS)
    print(PLAN.format(account=w.number, region=w.region, minutes=round(arguments.minutes), trials=listed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
