"""Several processes that train one network: each on batches of its own, with the mean of their gradients. One thread a process is faster on CPUs
than several in one: a network of many small layers waits at each of them."""
import os
import socket

import torch
import torch.distributed as dist


class Team:
    def __init__(self, rank, size, port):
        self.rank, self.size = rank, size
        if size > 1:
            os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
            dist.init_process_group("gloo", rank=rank, world_size=size)

    @property
    def leads(self):
        return self.rank == 0

    def share(self, parameters, done):
        """Gradients become their mean over the team; returns `done` (the share of the schedule that is behind) as the leader has it."""
        if self.size == 1:
            return done
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients] + [torch.tensor([done if self.leads else 0.0])])
        try:
            dist.all_reduce(flat)
        except RuntimeError as error:
            raise RuntimeError(f"process {self.rank} of {self.size}: another process of this training has ended; its own message says why") from error
        at = 0
        for g in gradients:
            g.copy_(flat[at:at + g.numel()].view_as(g)).div_(self.size)
            at += g.numel()
        return flat[-1].item()


def train(run, args):
    """Calls run(args, team) in args.team processes; the leader is this one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    others = [torch.multiprocessing.get_context("spawn").Process(target=member, args=(run, args, rank, port), daemon=True) for rank in range(1, args.team)]
    for process in others:
        process.start()
    member(run, args, 0, port)
    for process in others:
        process.join()


def member(run, args, rank, port):
    torch.set_num_threads(1)
    run(args, Team(rank, args.team, port))
