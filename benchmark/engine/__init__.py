"""The engine: a grid's cells side by side, on the cores or GPUs of this machine or on many machines.

Three parts, with plain data between them:

- A :class:`~benchmark.engine.jobs.Job` is one cell to be made, a :class:`~benchmark.engine.jobs.Done` is how it ended.
  Both go through JSON. Data and weights go by files and DVC's cache, never through a scheduler.
- :func:`benchmark.engine.worker.work` makes cells one after the other in its process, which has imported once.
- An engine, chosen by :func:`benchmark.engine.choice.engine` alone, gives jobs to workers wherever they are::

      with closing(engine("local", None).run(jobs, Path())) as dones:   # closing it stops the workers
          for done in dones:                                            # as they come, in any order
              ...

  Each job comes back as one ``Done``. A worker that dies is noticed at once: its job is tried once more, and then comes
  back with a problem. No exception of a cell leaves an engine.

:mod:`benchmark.engine.head` stands above: it asks DVC what is stale, and gives DVC what was made. DVC's run cache is
the record that lets a killed head go on: a cell is put there as soon as it comes back, so nothing trains twice.
"""
